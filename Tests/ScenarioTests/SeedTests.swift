import CallbackTestKit
import Testing

@Suite("panel seed")
struct SeedTests {
    @Test("fills a database with progress on standard error, and callbackd tells each plan, customer and domain")
    func seed() throws {
        let scenario = try Scenario()
        try scenario.configure(
            rules: """
                rules:
                  - name: all
                    events: [service_plan.created, customer.created, domain.created, service_plan.assigned]
                    order-by: none
                    deliver: [billing]
                """)
        let daemon = try scenario.start()
        let result = try scenario.panel([
            "seed", "--database", scenario.panelPath, "--plans", "10", "--customers", "45",
        ])
        #expect(result.output == "10 plans and 45 customers\n")
        #expect(result.errors == "panel: 100 of 100\n")
        // A plan, and for each customer: customer, domain and the plan of its subscription.
        try eventually("145 events are told") { scenario.receiver.requests.differentIDs >= 145 }
        let types = Dictionary(grouping: try scenario.receiver.requests.map { try $0.json["type"].text ?? "" }) { $0 }
        #expect(
            types.mapValues(\.count) == [
                "service_plan.created": 10, "customer.created": 45, "domain.created": 45, "service_plan.assigned": 45,
            ])
        #expect(daemon.stop() == 0)
        try scenario.panel(["seed", "--database", scenario.panelPath, "--plans", "-1"], expecting: 64)
        try scenario.panel(["seed", "--database", scenario.folder.file("none.db")], expecting: 66)
    }
}
