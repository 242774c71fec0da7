import CallbackTestKit
import Testing

@Suite("A licence source in the daemon", .serialized)
struct LicenseSourceTests {
    @Test("an order, a change and an end at a licence API each arrive as a signed webhook")
    func life() throws {
        let api = try LoopbackLicenseAPI()
        api.order("plesk", "PLSK.02980001.0000")
        let scenario = try Scenario(sample: false)
        try scenario.watchLicences(at: api)
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

    @Test(
        "an order, an edit and an end at the panel's own licence API over TLS, also of its test environment, become webhooks",
        arguments: ["", "/test"])
    func panel(path: String) throws {
        let scenario = try Scenario(sample: false)
        try scenario.initPanel()
        let panel = try RunningPanel(scenario)
        let key = try scenario.licenseKey(LoopbackLicenseAPI.login)
        let client = try LicenseClient(base: try panel.licenseURL + path, key: key)
        try scenario.watchLicences(at: try panel.licenseURL + path, secret: key, ca: panel.certificate)
        _ = try client.ask("-d", LicenseClient.pleskOrder, at: "license/plesk/order")
        let daemon = try scenario.start()
        let (status, answer) = try client.ask(
            "-d", "product=CPANEL-VPS&title=Shop&comment=&serverIP=192.0.2.1&period=12&addons=CLOUDLINUX",
            at: "license/cpanel/order")
        #expect(status == 201)
        let number = try #require(answer["keyNumber"].text)
        let subject = "license/\(number.dropLast(5))"
        let order = try scenario.receiver.request(1)
        #expect(try order.licenceEvent == "license.ordered \(subject)")
        let row = try order.json["data"]["new"]
        #expect(row["key_number"].text == number)
        #expect(row["server_ip"] == "192.0.2.1")
        #expect(row["period"] == 12)
        #expect(row["options"] == [:])
        #expect(row["status"] == "active")
        _ = try client.ask("-X", "PUT", "-d", "title=New&comment=", at: "license/cpanel/\(number)")
        let edit = try scenario.receiver.request(2)
        #expect(try edit.licenceEvent == "license.updated \(subject)")
        #expect(try edit.json["data"]["changed"] == ["key_number", "title"])
        _ = try client.ask("-X", "DELETE", at: "license/cpanel/\(number)")
        let end = try scenario.receiver.request(3)
        #expect(try end.licenceEvent == "license.terminated \(subject)")
        #expect(try end.json["data"]["old"]["title"] == "New")
        #expect(end.header("webhook-signature")?.hasPrefix("v1,") == true)
        #expect(daemon.stop() == 0)
        #expect(!daemon.log.contains(key))
        #expect(panel.stop() == 0)
    }

    @Test("status says why an API is not read, and a reload with the right secret mends it without a restart")
    func secret() throws {
        let api = try LoopbackLicenseAPI()
        let scenario = try Scenario(sample: false)
        try scenario.watchLicences(at: api, more: Scenario.unwatched)
        let daemon = try scenario.start()
        api.change(secret: "renewed")
        var words = ""
        try eventually("the source waits, it says \(words)") {
            words =
                try JSON(parsing: scenario.callbackd(["status", "--json"]).output)["sources"][0]["words"].text ?? ""
            return words.contains("does not accept login \"user@domain.com\" with the secret \"licences\" (401)")
        }
        api.order("plesk", "PLSK.02980001.0000")
        try scenario.folder.write("licences.secret", "renewed\n")
        try scenario.verb("reload")
        let order = try scenario.receiver.request(1)
        #expect(try order.json["subject"] == "license/PLSK.02980001")
        #expect(daemon.stop() == 0)
        #expect(!daemon.log.contains(LoopbackLicenseAPI.secret) && !daemon.log.contains("renewed"))
    }

    @Test("source status counts what is known, source remove forgets it, and there is nothing to install")
    func verbs() throws {
        let api = try LoopbackLicenseAPI()
        api.order("plesk", "PLSK.02980001.0000")
        let scenario = try Scenario(sample: false)
        try scenario.watchLicences(at: api)
        #expect(try scenario.json("source", "status", expecting: 1)[0]["installed"] == false)
        let daemon = try scenario.start()
        let installation = try scenario.callbackd(["source", "install", "licences"])
        #expect(installation.status == 64)
        #expect(installation.errors.contains("licences is a license-api, which has nothing to install"))
        #expect(daemon.stop() == 0)
        #expect(try scenario.json("source", "status")[0]["licenses"] == ["plesk": 1])
        #expect(try scenario.verb("source", "status").contains("plesk  1 known licences"))
        try scenario.verb("source", "remove", "licences", "--keep-log", expecting: 64)
        try scenario.verb("source", "remove", "licences")
        #expect(try scenario.json("source", "status", expecting: 1)[0]["licenses"] == [:])
        // A new baseline, and no gap.
        api.order("plesk", "PLSK.02980002.0000")
        let next = try scenario.start()
        #expect(try scenario.callbackd(["status"]).status == 0)
        #expect(next.stop() == 0)
        #expect(scenario.receiver.requests.isEmpty)
    }
}
