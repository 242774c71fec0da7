import CallbackTestKit
import Testing

@Suite("A licence source in the daemon", .serialized)
struct LicenseSourceTests {
    private func configure(_ scenario: Scenario, _ api: LoopbackLicenseAPI, login: String = LoopbackLicenseAPI.login) throws {
        try scenario.folder.write("licences.secret", LoopbackLicenseAPI.secret + "\n")
        try scenario.configure(
            sources: """
                sources:
                  licences:
                    license-api: {url: "\(api.url)", login: "\(login)", secret: licences, every: 1s, refresh: 2s}
                """,
            rules: """
                rules:
                  - name: bill
                    events: [license.ordered, license.updated, license.terminated, source.gap]
                    deliver: [billing]
                """,
            secrets: #"licences: {file: "${dir}/licences.secret"}"#)
    }

    @Test("an order, a change and an end at a licence API each arrive as a signed webhook")
    func life() throws {
        let api = try LoopbackLicenseAPI()
        api.order("plesk", "PLSK.02980001.0000")
        let scenario = try Scenario(sample: false)
        try configure(scenario, api)
        let daemon = try scenario.start()
        api.order("cpanel", "CPNL.02980002.0000")
        let order = try scenario.receiver.request(1)
        #expect(try order.json["type"] == "license.ordered")
        #expect(try order.json["subject"] == "license/CPNL.02980002")
        #expect(try order.json["data"]["new"]["title"] == "Shop server")
        #expect(order.header("webhook-signature")?.hasPrefix("v1,") == true)
        api.edit("cpanel", "CPNL.02980002.0000", "title", to: "Shop of another")
        let change = try scenario.receiver.request(2)
        #expect(try change.json["type"] == "license.updated")
        #expect(try change.json["data"]["changed"] == ["title"])
        api.end("plesk", "PLSK.02980001.0000")
        let end = try scenario.receiver.request(3)
        #expect(try end.json["type"] == "license.terminated")
        #expect(try end.json["subject"] == "license/PLSK.02980001")
        #expect(daemon.stop() == 0)
        #expect(!daemon.log.contains(LoopbackLicenseAPI.secret))
        #expect(scenario.receiver.requests.count == 3)
    }
}
