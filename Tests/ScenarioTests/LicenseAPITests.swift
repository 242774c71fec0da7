import CallbackTestKit
import Testing

@Suite("The licence API")
struct LicenseAPITests {
    private let scenario: Scenario

    init() throws {
        scenario = try Scenario(sample: false)
        try scenario.initPanel()
    }

    @Test("the documented curl calls work but for host and credentials")
    func documentedCurl() throws {
        let panel = try RunningPanel(scenario)
        let key = try scenario.licenseKey("user@domain.com")
        let (status, token) = try LicenseClient.curl([
            "-d", "login=user@domain.com&secret=\(key)", "\(try panel.licenseURL)/access/token",
        ])
        #expect(status == 200)
        #expect(token["expires_in"] == 3600)
        #expect(token["token_type"] == "Bearer")
        let bearer = try #require(token["access_token"].text)
        #expect(bearer.count == 40)
        let (listed, keys) = try LicenseClient.curl([
            "-XGET", "-H", "Authorization: Bearer \(bearer)", "\(try panel.licenseURL)/license/plesk",
        ])
        #expect(listed == 200)
        #expect(keys.elements == [])
        #expect(panel.stop() == 0)
    }

    @Test("a licence is ordered, listed, shown, edited and terminated, for each kind")
    func life() throws {
        let panel = try RunningPanel(scenario)
        let client = try LicenseClient(panel)
        let orders = [
            ("plesk", "PLSK", LicenseClient.pleskOrder),
            (
                "cpanel", "CPNL",
                "product=CPANEL-VPS&title=T&comment=&serverIP=192.0.2.1&period=1&addons[]=KERNELCARE&addons[]=CLOUDLINUX"
            ),
            ("virtuozzo", "VZ", "product=VIRTUOZZO-10&title=T&comment=c&period=36&os=WINDOWS"),
        ]
        for (kind, letters, order) in orders {
            let (status, answer) = try client.ask("-d", order, at: "license/\(kind)/order")
            #expect(status == 201)
            let number = try #require(answer["keyNumber"].text)
            #expect(number.hasPrefix("\(letters).") && number.hasSuffix(".0000"))
            #expect(try client.ask(at: "license/\(kind)").json.elements.map(\.text) == [number])
            let properties = try client.ask(at: "license/\(kind)/\(number)").json
            #expect(properties["key_number"].text == number)
            #expect(properties["kind"].text == kind)
            #expect(properties["status"] == "active")
            let edit = try client.ask("-X", "PUT", "-d", "title=New&comment=", at: "license/\(kind)/\(number)")
            #expect(edit.status == 200)
            #expect(edit.json == [:])
            let edited = try client.ask(at: "license/\(kind)/\(number)").json
            #expect(edited["title"] == "New")
            #expect(edited["comment"] == "")
            #expect(edited["key_number"].text == number.dropLast(4) + "0001")
            let end = try client.ask("-X", "DELETE", at: "license/\(kind)/\(number)")
            #expect(end.status == 200)
            #expect(end.json == [:])
            #expect(try client.ask(at: "license/\(kind)").json.elements == [])
            #expect(try client.ask(at: "license/\(kind)/\(number)").status == 404)
        }
        #expect(
            try scenario.sql("SELECT addons FROM license_orders WHERE kind = 'cpanel'").trimmed
                == #"["KERNELCARE","CLOUDLINUX"]"#)
        #expect(try client.ask(at: "license/plesk/order").json.elements.contains("PLESK-12-VPS"))
        #expect(panel.stop() == 0)
    }

    @Test("what is wrong is told as JSON with its status, and the parameter by name")
    func refusals() throws {
        let panel = try RunningPanel(scenario)
        let client = try LicenseClient(panel)
        let order = LicenseClient.pleskOrder
        let cases: [(words: [String], path: String, status: Int, parameter: String?)] = [
            (["-d", order + "&period=2"], "license/plesk/order", 400, "period"),
            (["-d", order + "&CBMClients=UNLIMITED"], "license/plesk/order", 400, "CBMClients"),
            (["-d", order + "&colour=red"], "license/plesk/order", 400, "colour"),
            (["-d", "title=T"], "license/plesk/order", 400, "product"),
            (["-d", "product=PLESK-12-VPS&title=T&comment=&period=12"], "license/plesk/order", 400, "WPBSites"),
            (["-d", "product=PLESK-10-VPS&title=T&comment=&period=12&WPBSites=0"], "license/plesk/order", 400, "os"),
            (["-d", order + "&title=%zz"], "license/plesk/order", 400, "title"),
            (["-X", "PUT", "-d", "title=T"], "license/plesk/PLSK.00000000", 400, "comment"),
            (["-X", "PUT", "-d", "title=&comment="], "license/plesk/PLSK.00000000", 400, "title"),
            (["-X", "PUT", "-d", "title=T&comment="], "license/plesk/PLSK.00000000", 404, "keyNumber"),
            (["-X", "DELETE"], "license/plesk/PLSK.00000000.0000", 404, "keyNumber"),
            ([], "license/plesk/nonsense", 404, "keyNumber"),
            ([], "license/windows", 404, nil), (["-X", "DELETE"], "license/plesk", 405, nil),
            (["-H", "Content-Type: application/json", "-d", "{}"], "license/plesk/order", 415, nil),
            (["-d", String(repeating: "a", count: 70_000)], "license/plesk/order", 413, nil),
        ]
        for (words, path, status, parameter) in cases {
            let answer = try LicenseClient.curl(
                ["-H", "Authorization: Bearer \(client.token)"] + words + ["\(client.base)/\(path)"])
            #expect(answer.status == status, "\(words) \(path): \(answer.json)")
            #expect(answer.json["parameter"].text == parameter, "\(words) \(path): \(answer.json)")
            #expect(answer.json["error"].text?.isEmpty == false)
        }
        #expect(try scenario.sql("SELECT count(*) FROM licenses").trimmed == "0")
        #expect(panel.stop() == 0)
    }

    @Test("no token, a wrong one and one whose key was taken away are 401, and the right key gets another")
    func tokens() throws {
        let panel = try RunningPanel(scenario)
        let client = try LicenseClient(panel)
        #expect(try LicenseClient.curl(["\(client.base)/license/plesk"]).status == 401)
        #expect(
            try LicenseClient.curl(["-H", "Authorization: Bearer 0", "\(client.base)/license/plesk"]).status == 401)
        #expect(
            try LicenseClient.curl(["-d", "login=\(LicenseClient.login)&secret=wrong", "\(client.base)/access/token"])
                .status == 401)
        #expect(try LicenseClient.curl(["-d", "login=x", "\(client.base)/access/token"]).json["parameter"] == "secret")
        #expect(try client.ask(at: "license/plesk").status == 200)
        let other = try LicenseClient(panel)
        #expect(try client.ask(at: "license/plesk").status == 401)
        #expect(try other.ask(at: "license/plesk").status == 200)
        try scenario.panel([
            "license", "credential", "remove", "--database", scenario.panelPath, "--login", LicenseClient.login,
        ])
        #expect(try other.ask(at: "license/plesk").status == 401)
        #expect(panel.stop() == 0)
    }

    @Test("parameters may stand in the query, and those of the body win")
    func query() throws {
        let panel = try RunningPanel(scenario)
        let client = try LicenseClient(panel)
        let (status, answer) = try client.ask(
            "-d", "title=Body", at: "license/plesk/order?title=Query&" + LicenseClient.pleskOrder)
        #expect(status == 201)
        let number = try #require(answer["keyNumber"].text)
        #expect(try client.ask(at: "license/plesk/\(number)").json["title"] == "Body")
        let key = try scenario.licenseKey()
        #expect(
            try LicenseClient.curl([
                "-X", "POST", "\(client.base)/access/token?login=\(LicenseClient.login)&secret=\(key)",
            ])
            .status == 200)
        #expect(panel.stop() == 0)
    }

    @Test("an order under one idempotency key is placed once, also across a restart, and another order is refused")
    func idempotency() throws {
        var panel = try RunningPanel(scenario)
        var client = try LicenseClient(panel)
        func order(_ form: String) throws -> (status: Int, json: JSON) {
            try client.ask("-H", "Idempotency-Key: order-1", "-d", form, at: "license/plesk/order")
        }
        let first = try order(LicenseClient.pleskOrder)
        #expect(first.status == 201)
        #expect(try order(LicenseClient.pleskOrder).json == first.json)
        #expect(panel.stop() == 0)
        panel = try RunningPanel(scenario)
        client = try LicenseClient(panel)
        #expect(try order(LicenseClient.pleskOrder).json == first.json)
        let other = try order(LicenseClient.pleskOrder + "&period=24")
        #expect(other.status == 422)
        #expect(other.json["parameter"] == "Idempotency-Key")
        #expect(try client.ask("-d", LicenseClient.pleskOrder, at: "license/plesk/order").status == 201)
        #expect(try scenario.sql("SELECT count(*) FROM licenses").trimmed == "2")
        #expect(try scenario.sql("SELECT count(*) FROM license_orders").trimmed == "2")
        #expect(panel.stop() == 0)
    }

    @Test("what is done below /test stands in data of its own")
    func test() throws {
        let panel = try RunningPanel(scenario)
        let test = try LicenseClient(panel, isTest: true)
        let number = try test.order()
        #expect(try test.ask(at: "license/plesk").json.elements.map(\.text) == [number])
        #expect(try scenario.sql("SELECT count(*) FROM licenses").trimmed == "0")
        #expect(panel.stop() == 0)
    }

    @Test("the documented PHP examples work but for host, credentials and token")
    func documentedPHP() throws {
        let panel = try RunningPanel(scenario)
        let key = try scenario.licenseKey("user@domain.com")
        let base = try panel.licenseURL
        let token = try php(PrintedLicenseExamples.token(base: base, key: key))
        #expect(token.contains("[expires_in] => 3600"))
        #expect(token.contains("[token_type] => Bearer"))
        let bearer = try #require(token.split(separator: "[access_token] => ").last?.split(separator: "\n").first)
        let client = LicenseClient(base: base, token: String(bearer))
        let number = try client.order()
        #expect(try php(PrintedLicenseExamples.list(base: base, token: String(bearer))).contains("[0] => \(number)"))
        #expect(panel.stop() == 0)
    }

    private func php(_ script: String) throws -> String {
        let result = try Shell.run("/usr/bin/php", [], input: script)
        guard result.status == 0 else { throw ScenarioError("php: \(result.output)\(result.errors)") }
        return result.output
    }

    @Test("the command line does the same here and there")
    func commandLine() throws {
        let panel = try RunningPanel(scenario)
        let secret = try scenario.folder.write("api.key", try scenario.licenseKey() + "\n")
        let here = ["--database", scenario.panelPath]
        let there = [
            "--url", try panel.licenseURL, "--login", LicenseClient.login, "--secret-file", secret, "--ca",
            panel.certificate,
        ]
        for place in [here, there] {
            func license(_ words: [String], expecting status: Int32 = 0) throws -> String {
                try scenario.panel(["license"] + words + place, expecting: status).output.trimmed
            }
            let number = try license([
                "order", "--kind", "plesk", "--product", "PLESK-12-VPS", "--title", "T", "--period", "12",
                "--wpb-sites",
                "10",
            ])
            #expect(try license(["list", "--kind", "plesk"]) == number)
            #expect(try JSON(parsing: license(["show", number]))["title"] == "T")
            _ = try license(["edit", number, "--title", "New", "--comment", ""])
            #expect(try JSON(parsing: license(["show", number]))["title"] == "New")
            _ = try license(["edit", number, "--title", "", "--comment", ""], expecting: 65)
            _ = try license(["terminate", number])
            #expect(try license(["list", "--kind", "plesk"]) == "")
            _ = try license(["show", number], expecting: 1)
        }
        _ = try scenario.panel(
            [
                "license", "order", "--kind", "cpanel", "--product", "CPANEL-VPS", "--title", "T", "--period", "1",
                "--server-ip", "192.0.2.1",
            ]
                + there + ["--test"])
        #expect(try scenario.sql("SELECT count(*) FROM licenses WHERE kind = 'cpanel'").trimmed == "0")
        try scenario.folder.write("wrong.key", "wrong\n")
        _ = try scenario.panel(
            ["license", "list", "--kind", "plesk"]
                + there.map { $0 == secret ? scenario.folder.file("wrong.key") : $0 },
            expecting: 77)
        #expect(panel.stop() == 0)
    }
}
