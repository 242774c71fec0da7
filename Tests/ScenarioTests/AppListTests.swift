import CallbackTestKit
import Testing

@Suite("Lists of apps")
struct AppListTests {
    private static let rules = """
        rules:
          - name: bill
            events: [service_plan.app_added, service_plan.app_removed, service_plan.updated]
            deliver: [billing]
        """

    @Test("a list that is switched on is a change of the plan, apps come and go one by one, and with it all of them go")
    func appFilter() throws {
        let scenario = try Scenario()
        try scenario.configure(rules: Self.rules)
        let daemon = try scenario.start()
        let plan = ["--filter-name", "base_plan", "--database", scenario.panelPath]
        func change(_ operation: String, _ apps: String...) throws -> [String] {
            let before = scenario.receiver.requests.count
            try scenario.panel(["service-plan", operation] + plan + apps.flatMap { ["--package", "name=\($0)"] })
            _ = try scenario.receiver.waitForRequests(before + 1)
            try scenario.nothingIsOwed()
            return try scenario.receiver.requests.dropFirst(before).map { request in
                let event = try request.json
                #expect(event["subject"] == "service_plan/1234")
                let data = event["data"]
                #expect(data["plan"]["name"] == "base_plan")
                let what = data["app"]["value"].text ?? data["changed"].elements.compactMap(\.text).joined()
                return "\(event["type"].text?.split(separator: ".").last ?? "none") \(what)"
            }
        }
        // The sample's plan has a list with nothing on it.
        #expect(try change("disable-aps-filter") == ["updated aps_bundle_filter_id"])
        #expect(try change("enable-aps-filter") == ["updated aps_bundle_filter_id"])
        #expect(
            try change("add-package", "WordPress", "Joomla", "Drupal")
                == ["app_added WordPress", "app_added Joomla", "app_added Drupal"])
        #expect(try change("remove-package", "Joomla") == ["app_removed Joomla"])
        #expect(
            try change("disable-aps-filter")
                == ["updated aps_bundle_filter_id", "app_removed WordPress", "app_removed Drupal"])
        // Made anew by the first app, the list is no change of its own.
        #expect(try change("add-package", "Drupal") == ["app_added Drupal"])
        #expect(daemon.stop() == 0)
    }
}
