import CallbackTestKit
import Testing

@Suite("Callbacks for remote changes")
struct RemoteCallbackTests {
    private static let rules = """
        rules:
          - name: bill
            events: [plan_item.created, service_plan.app_added, license.ordered, license.updated, license.terminated]
            deliver: [billing]
        """

    private let scenario: Scenario

    init() throws {
        scenario = try Scenario(sample: false)
        try scenario.initPanel()
        try scenario.configure(rules: Self.rules)
    }

    @Test("the daemon fires once for a change made through each interface of the panel, in their order")
    func everyInterface() throws {
        let socket = scenario.folder.file("panel.sock")
        let panel = try RunningPanel(scenario, ["--socket", socket])
        let daemon = try scenario.start()
        let key = try scenario.licenseKey()
        let client = try LicenseClient(base: try panel.licenseURL, key: key)
        let secret = try scenario.folder.write("api.key", key + "\n")
        let password = scenario.folder.file("admin.password")

        // The packet on standard input, over TLS by curl, over TLS and the socket by the panel's own command line.
        try scenario.packet(PrintedPackets.addPlanItemToPanel)
        #expect(try panel.packet(PrintedPackets.addPlanItemToPanel).contains("<status>ok</status>"))
        let remote = ["--login", "admin", "--password-file", password]
        try scenario.panel(
            ["xml", "--url", try panel.url, "--ca", panel.certificate] + remote,
            input: PrintedPackets.addPlanItemToPanel)
        try scenario.panel(["xml", "--socket", socket] + remote, input: PrintedPackets.addAppToPlan)

        // The licence API, and its command lines.
        let number = try client.order()
        #expect(try client.ask("-X", "PUT", "-d", "title=New&comment=", at: "license/plesk/\(number)").status == 200)
        #expect(try client.ask("-X", "DELETE", at: "license/plesk/\(number)").status == 200)
        let order = [
            "license", "order", "--kind", "virtuozzo", "--product", "VIRTUOZZO-10", "--title", "T", "--period", "1",
            "--os",
            "LINUX",
        ]
        try scenario.panel(order + ["--database", scenario.panelPath])
        try scenario.panel(
            order + [
                "--url", try panel.licenseURL, "--login", LicenseClient.login, "--secret-file", secret, "--insecure",
            ])

        let types = try scenario.receiver.waitForRequests(9).map { try $0.json["type"].text ?? "" }
        let expected = [
            "plan_item.created", "plan_item.created", "plan_item.created", "service_plan.app_added", "license.ordered",
            "license.updated", "license.terminated", "license.ordered", "license.ordered",
        ]
        #expect(types.sorted() == expected.sorted())
        try scenario.nothingIsOwed()
        #expect(scenario.receiver.requests.count == 9)
        let ended = try scenario.receiver.requests.map { try $0.json }.filter { $0["type"] == "license.terminated" }
        #expect(ended.map { $0["subject"].text } == ["license/" + number.dropLast(5)])
        #expect(daemon.stop() == 0)
        #expect(panel.stop() == 0)
    }

    @Test("what is refused, and what is done below /test, fires nothing")
    func nothing() throws {
        let panel = try RunningPanel(scenario)
        let daemon = try scenario.start()
        let test = try LicenseClient(panel, isTest: true)
        _ = try test.order()
        _ = try panel.packet(
            PrintedPackets.addPlanItemToPanel, headers: ["HTTP_AUTH_LOGIN: admin", "HTTP_AUTH_PASSWD: no"])
        _ = try panel.packet("<packet><plan-item><add/></plan-item></packet>")
        // What comes last proves that nothing came before it.
        #expect(try panel.packet(PrintedPackets.addPlanItemToPanel).contains("<status>ok</status>"))
        _ = try scenario.receiver.waitForRequests(1)
        try scenario.nothingIsOwed()
        #expect(scenario.receiver.requests.count == 1)
        #expect(try scenario.json("events", "list").elements.count == 1)
        #expect(daemon.stop() == 0)
        #expect(panel.stop() == 0)
    }
}
