import CallbackTestKit
import Testing

@Suite("Foreign clients of the panel")
struct ForeignClientTests {
    private let scenario: Scenario

    init() throws {
        scenario = try Scenario(sample: false)
        try scenario.initPanel()
    }

    /// Makes a plan, finds it and removes it: one answer a line, as JSON.
    private static let script = """
        import json, sys
        from pypleski.core import PleskApiClient, PleskRequestPacket
        client = PleskApiClient("localhost", port=int(sys.argv[1]))
        client.set_credentials("admin", sys.argv[2])
        def ask(packet):
            answer = client.request(packet)
            print(json.dumps(answer.to_dict()["packet"]))
        ask(PleskRequestPacket("service-plan", "add", name="Made by pypleski"))
        ask(PleskRequestPacket("service-plan", "get", filter={"name": "Made by pypleski"}))
        ask(PleskRequestPacket("service-plan", "del", filter={"name": "Made by pypleski"}))
        client.set_credentials("admin", "wrong")
        ask(PleskRequestPacket("service-plan", "get", filter={"name": "base_plan"}))
        """

    @Test("pypleski makes, finds and removes a plan over TLS, and sees a wrong password as 1001")
    func pypleski() throws {
        let panel = try RunningPanel(scenario)
        let port = try #require(try panel.url.split(separator: ":").last)
        let script = try scenario.folder.write("client.py", Self.script)
        // It verifies by the system's list of authorities; the panel's certificate stands in for that.
        let result = try Shell.run(
            Programs.python, [script, String(port), RunningPanel.password],
            environment: ["SSL_CERT_FILE": panel.certificate])
        guard result.status == 0 else { throw ScenarioError("python: \(result.output)\(result.errors)") }
        let answers = try result.output.trimmed.split(separator: "\n").map { try JSON(parsing: String($0)) }
        try #require(answers.count == 4)
        for (answer, operation) in zip(answers, ["add", "get", "del"]) {
            #expect(answer["service-plan"][operation]["result"]["status"] == "ok", "\(answer)")
        }
        #expect(answers[1]["service-plan"]["get"]["result"]["name"] == "Made by pypleski")
        #expect(answers[3]["system"]["errcode"] == "1001")
        #expect(try scenario.sql("SELECT count(*) FROM Templates WHERE name LIKE 'Made%'").trimmed == "0")
        #expect(panel.stop() == 0)
    }

    @Test("a reseller reaches its own plans and no others, whatever it asks")
    func reseller() throws {
        let password = try scenario.givePassword("of-the-reseller", to: "JDoe")
        let panel = try RunningPanel(scenario)
        let headers = ["HTTP_AUTH_LOGIN: JDoe", "HTTP_AUTH_PASSWD: of-the-reseller"]
        let add = "<packet><service-plan><add><name>of %</name></add></service-plan></packet>"
        func named(_ name: String) -> String { add.split(separator: "%").joined(separator: name) }
        #expect(try panel.packet(named("the administrator")).contains("<status>ok</status>"))
        #expect(try panel.packet(named("the reseller"), headers: headers).contains("<status>ok</status>"))
        #expect(
            try scenario.sql("SELECT owner_id FROM Templates WHERE name LIKE 'of the %' ORDER BY name").trimmed
                == "1\n2")
        let all = "<packet><service-plan><get><filter/></get></service-plan></packet>"
        let seen = try panel.packet(all, headers: headers)
        #expect(seen.contains("of the reseller") && !seen.contains("of the administrator"))
        #expect(try panel.packet(all).contains("of the administrator"))
        let remove =
            "<packet><service-plan><del><filter><name>of the administrator</name></filter></del></service-plan></packet>"
        #expect(try panel.packet(remove, headers: headers).contains("<errcode>1013</errcode>"))
        #expect(
            try panel.packet(PrintedPackets.addPlanItemToPanel, headers: headers).contains("<errcode>1006</errcode>"))
        // The same from the command line.
        let remote = try scenario.panel(
            ["xml", "--url", try panel.url, "--ca", panel.certificate, "--login", "JDoe", "--password-file", password],
            input: all)
        #expect(remote.output == seen)
        #expect(try panel.log.contains(" JDoe POST \(RunningPanel.endpoint) 200 1006 "))
        #expect(panel.stop() == 0)
    }

    @Test("a secret key lets its owner in from its address, and from no other one, and not once it is deleted")
    func secretKeys() throws {
        let panel = try RunningPanel(scenario)
        func key(_ operation: String) throws -> String {
            try panel.packet("<packet><secret_key>\(operation)</secret_key></packet>")
        }
        func made(for address: String) throws -> String {
            let answer = try key("<create><ip_address>\(address)</ip_address></create>")
            let parts = answer.split(separator: "<key>").last?.split(separator: "</key>").first
            return String(try #require(parts))
        }
        let good = try made(for: "127.0.0.1")
        let foreign = try made(for: "192.0.2.1")
        let read = "<packet><service-plan><get><filter/></get></service-plan></packet>"
        #expect(try panel.packet(read, headers: ["KEY: \(good)"]).contains("<name>base_plan</name>"))
        #expect(try panel.packet(read, headers: ["KEY: \(foreign)"]).contains("<errcode>11003</errcode>"))
        let file = try scenario.folder.write("panel.key", good + "\n")
        let remote = ["xml", "--url", try panel.url, "--ca", panel.certificate, "--key-file", file]
        #expect(try scenario.panel(remote, input: read).output.contains("<name>base_plan</name>"))
        #expect(try key("<delete><filter><key>\(good)</key></filter></delete>").contains("<status>ok</status>"))
        #expect(try scenario.panel(remote, input: read, expecting: 1).output.contains("<errcode>11003</errcode>"))
        #expect(try !panel.log.contains(good))
        #expect(panel.stop() == 0)
    }

    /// `ok` or the number of an error, for each result of an answer.
    private static func statuses(in answer: String) -> [String] {
        answer.split(separator: "\n").compactMap { line in
            let line = line.drop { $0 == " " }
            if line == "<status>ok</status>" { return "ok" }
            guard line.hasPrefix("<errcode>") else { return nil }
            return String(line.dropFirst(9).prefix { $0 != "<" })
        }
    }

    @Test("what the vendor's PHP client was seen to send is answered over TLS with its own headers")
    func recordedRequests() throws {
        let panel = try RunningPanel(scenario, ["--rate", "0"])
        let lines = try Shell.read("\(Programs.repository)/Tests/PanelKitTests/Fixtures/client-requests.jsonl")
            .split(separator: "\n")
        #expect(lines.count == 50)
        // The recording has these two among it: a login and a key that nobody has.
        let strangers = [3: ["HTTP_AUTH_LOGIN: bad-login", "HTTP_AUTH_PASSWD: bad-password"], 4: ["KEY: bad-key"]]
        let admin = ["HTTP_AUTH_LOGIN: admin", "HTTP_AUTH_PASSWD: \(RunningPanel.password)"]
        for (number, line) in lines.enumerated() {
            let request = try JSON(parsing: String(line))
            let packet = try #require(request["packet"].text)
            let answer = try panel.packet(packet, headers: ["HTTP_PRETTY_PRINT: TRUE"] + (strangers[number] ?? admin))
            let expected =
                switch number {
                case 3: ["1001"]
                case 4: ["11003"]
                default: request["statuses"].elements.compactMap(\.text)
                }
            // A list is longer here than in a panel where nothing was made before; how it ended is the same.
            #expect(Set(Self.statuses(in: answer)) == Set(expected), "\(packet) got \(answer)")
        }
        #expect(panel.stop() == 0)
    }

    @Test("the remote command line says what is wrong by exit code, and never shows its secret")
    func remoteCommandLine() throws {
        let panel = try RunningPanel(scenario)
        let password = scenario.folder.file("admin.password")
        let wrong = try scenario.folder.write("wrong.password", "hunter2\n")
        let login = ["--login", "admin", "--password-file"]
        let url = try panel.url
        let packet = "<packet><service-plan><get><filter/></get></service-plan></packet>"
        let cases: [(words: [String], input: String, status: Int32, said: String)] = [
            (["--url", url, "--ca", panel.certificate] + login + [password], packet, 0, "<status>ok</status>"),
            (["--url", url, "--insecure"] + login + [password], packet, 0, "<status>ok</status>"),
            (["--url", url] + login + [password], packet, 69, "--ca"),
            (["--url", url, "--insecure"] + login + [wrong], packet, 1, "<errcode>1001</errcode>"),
            (["--url", url, "--insecure"] + login + [password], "<packet>", 65, "<errcode>1014</errcode>"),
            (["--url", "http://127.0.0.1:1"] + login + [password], packet, 69, "127.0.0.1:1"),
            (["--url", try panel.licenseURL, "--insecure"] + login + [password], packet, 69, "is no panel"),
            (["--url", url, "--insecure"] + login + ["/none"], packet, 66, "/none"),
            (["--url", url], packet, 64, "--key-file"),
            (["--url", url, "--database", scenario.panelPath] + login + [password], packet, 64, "one of"),
            ([], packet, 64, "one of"),
        ]
        for (words, input, status, said) in cases {
            let result = try Shell.run("/usr/bin/timeout", ["20", Programs.panel, "xml"] + words, input: input)
            #expect(result.status == status, "\(words): \(result.output)\(result.errors)")
            #expect((result.output + result.errors).contains(said), "\(words): \(result.output)\(result.errors)")
            #expect(!(result.output + result.errors).contains("hunter2"))
        }
        #expect(panel.stop() == 0)
    }
}
