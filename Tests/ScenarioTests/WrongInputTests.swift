import CallbackTestKit
import Glibc
import Testing

@Suite("Wrong input", .serialized)
struct WrongInputTests {
    @Test("a bad rules file is told with every mistake at once, each with its place and remedy")
    func badRules() throws {
        let scenario = try Scenario()
        try scenario.configure(
            rules: """
                rules:
                  - name: one
                    evnets: [domain.created]
                    deliver: [billing]
                  - name: two
                    events: [domain.created]
                    deliver: [biling]
                    deliver: [billing]
                """)
        let path = scenario.configurationPath
        let lines = try Shell.read(path).split(separator: "\n", omittingEmptySubsequences: false)
        func line(_ text: String) throws -> Int { try #require(lines.firstIndex { $0.contains(text) }) + 1 }
        let check = try scenario.callbackd(["check"])
        #expect(check.status == 78)
        #expect(check.output == "")
        let (key, target, double) = try (line("evnets"), line("[biling]"), line("deliver: [biling]") + 1)
        #expect(
            check.errors.hasPrefix(
                """
                error[C012]: unknown key "evnets" in rule "one"
                  --> \(path):\(key):5
                   |
                \(key) |     evnets: [domain.created]
                   |     ^^^^^^ did you mean "events"?
                   = help: keys allowed here: deliver, events, match, name, on-dead, on-failure, order-by

                error[C050]: rule "two" delivers to an unknown target: "biling"
                  --> \(path):\(target):15
                   |
                \(target) |     deliver: [biling]
                   |               ^^^^^^ did you mean "billing"?
                   = help: targets: billing

                error[C004]: duplicate key "deliver"
                  --> \(path):\(double):5

                """), "\(check.errors)")
        #expect(check.errors.hasSuffix("\n3 errors\n\n"))

        let run = try scenario.callbackd(["run"])
        #expect(run.status == 78)
        #expect(run.errors.hasPrefix(check.errors))
        let json = try scenario.callbackd(["check", "--format", "json"])
        #expect(json.status == 78)
        let findings = try JSON(parsing: json.output).elements
        #expect(findings.map(\.["code"]) == ["C012", "C050", "C004"])
        #expect(findings[0]["line"] == .number(Double(key)))
        #expect(findings[0]["column"] == 5)
        #expect(findings[0]["label"] == "did you mean \"events\"?")
    }

    @Test(
        "types, fields and templates that cannot be are refused with what was meant",
        arguments: [
            ("events: [domain.craeted]", "domain.created"),
            ("events: [domain.created]\n    match: {data: {customer: {lgoin: [x]}}}", "login"),
            ("events: [domain.created]\n    order-by: \"{{ data.custmer.id }}\"", "customer"),
        ])
    func typos(line: String, meant: String) throws {
        let scenario = try Scenario()
        try scenario.configure(rules: "rules:\n  - name: one\n    \(line)\n    deliver: [billing]")
        let check = try scenario.callbackd(["check"])
        #expect(check.status == 78)
        #expect(check.errors.contains("did you mean \"\(meant)\"?"), "\(check.errors)")
        #expect(check.errors.contains("--> \(scenario.configurationPath):"))
    }

    @Test("a configuration that is not there is said to be missing, with exit 78")
    func noConfiguration() throws {
        let result = try Shell.run(Programs.callbackd, ["check", "--config", "/nowhere/callbackd.yaml"])
        #expect(result.status == 78)
        #expect(
            result.errors.hasPrefix("error[C002]: cannot read the file \"/nowhere/callbackd.yaml\": no such file\n"))
    }

    @Test("a broken packet ends with 65, one that is answered with an error with 1, and neither makes an event")
    func badPackets() throws {
        let scenario = try Scenario()
        let daemon = try scenario.start()
        let words = ["xml", "--database", scenario.panelPath]
        let broken = try scenario.panel(words, input: "<packet><plan-item>", expecting: 65)
        #expect(broken.output.contains("<errcode>1014</errcode>"))
        #expect(broken.output.contains("line 1, column 20"))
        let unknown = PrintedPackets.addPlanItemToPlan.replacing("1234", with: "4321")
        #expect(try scenario.panel(words, input: unknown, expecting: 1).output.contains("<errcode>1013</errcode>"))
        try scenario.packet(PrintedPackets.addAppToPlan)
        let again = try scenario.panel(words, input: PrintedPackets.addAppToPlan, expecting: 1)
        #expect(again.output.contains("<errcode>1007</errcode>"))
        try scenario.addDomain("a.example")
        #expect(
            try scenario.receiver.waitForRequests(2).byType().keys.sorted() == [
                "domain.created", "service_plan.app_added",
            ])
        #expect(try scenario.json("events", "list").elements.count == 2)
        #expect(daemon.stop() == 0)
    }

    @Test("a licence order that is not accepted ends with 65 and makes nothing")
    func badOrder() throws {
        let scenario = try Scenario()
        let words = ["license", "order", "--database", scenario.panelPath, "--kind", "plesk"]
        let result = try scenario.panel(words + ["--product", "NO-SUCH", "--period", "12"], expecting: 65)
        #expect(result.errors.hasPrefix("panel: the order is not accepted: "))
        #expect(try scenario.sql("SELECT count(*) FROM licenses;") == "0\n")
    }

    @Test("a database that was never seen and is missing ends run, and the panel's verbs, with 66")
    func missingDatabase() throws {
        let scenario = try Scenario(sample: false)
        let run = try scenario.callbackd(["run"])
        #expect(run.status == 66)
        #expect(
            run.errors.contains(
                "callbackd: source \"panel\": there is no database at \(scenario.panelPath), and none was ever seen "
                    + "there; check `path`, or create the database first\n"))
        let panel = try scenario.panel(
            ["xml", "--database", scenario.panelPath], input: PrintedPackets.addAppToPlan, expecting: 66)
        #expect(panel.errors.contains("there is no database at \(scenario.panelPath)"))
    }

    @Test("reading verbs without a state file end with 66, and an unknown delivery does")
    func nothingToRead() throws {
        let scenario = try Scenario()
        for words in [["events", "list"], ["deliveries", "list"], ["dead", "list"], ["targets", "list"]] {
            let result = try scenario.callbackd(words)
            #expect(result.status == 66, "\(words)")
            #expect(result.errors.contains(scenario.statePath))
        }
        #expect(try scenario.start().stop() == 0)
        #expect(try scenario.callbackd(["deliveries", "show", "7-1"]).status == 66)
        #expect(try scenario.callbackd(["events", "show", "evt_nothing"]).status == 66)
    }

    @Test(
        "words that callbackd does not know end with 64",
        arguments: [
            ["frobnicate"], ["events", "list", "--limit", "many"], ["deliveries", "show", "soon"],
            ["deliveries", "cancel"], ["dead", "redrive"], ["dead", "redrive", "--all", "--target", "billing"],
            ["status", "--wait=soon"], ["run", "--log-level", "loud"], ["deliveries", "list", "--state", "lost"],
        ])
    func usage(words: [String]) throws {
        let result = try Shell.run(Programs.callbackd, words)
        #expect(result.status == 64)
        #expect(result.output == "")
        #expect(result.errors.hasPrefix("Error: "))
    }

    @Test("status without a daemon ends with 69, at once or after the wait")
    func noDaemon() throws {
        let scenario = try Scenario()
        for words in [["status"], ["status", "--wait=100ms"], ["targets", "test", "billing"]] {
            let result = try scenario.callbackd(words)
            #expect(result.status == 69, "\(words)")
            #expect(result.errors.contains("nobody listens on \(scenario.folder.path)/run/control.sock"), "\(words)")
        }
    }

    @Test("a secret that every user can read is refused with 78 and not shown")
    func openSecret() throws {
        let scenario = try Scenario()
        try scenario.folder.write("billing.secret", Scenario.secret, mode: 0o644)
        let result = try scenario.callbackd(["run"])
        #expect(result.status == 78)
        let path = scenario.folder.file("billing.secret")
        #expect(
            result.errors.hasPrefix("error[C072]: secret \"billing\": the file \"\(path)\" can be read by every user\n")
        )
        #expect(result.errors.contains("help: chmod o-rwx '\(path)'"))
        #expect(!result.errors.contains(Scenario.secret))
    }

    @Test("a secret in the configuration itself is refused and not shown")
    func writtenSecret() throws {
        let scenario = try Scenario()
        try scenario.configure(secrets: "other: \(Scenario.secret)")
        let result = try scenario.callbackd(["check"])
        #expect(result.status == 78)
        #expect(!result.errors.contains(Scenario.secret))
        #expect(!(try scenario.callbackd(["check", "--format", "json"]).output.contains(Scenario.secret)))
    }

    @Test("a private address is refused unless it is allowed, and the dead letter says how")
    func egress() throws {
        let scenario = try Scenario()
        try scenario.configure(egress: "")
        let daemon = try scenario.start()
        try scenario.addDomain("a.example")
        let letter = try scenario.delivery("1-1", is: "dead")
        #expect(
            letter["attempts"][0]["reason"] == """
                egress refused: 127.0.0.1 is not a public address (loopback): \
                to allow it, add egress: {allow: [127.0.0.1/32]}
                """)
        #expect(scenario.receiver.connectionCount == 0)
        #expect(daemon.stop() == 0)
        try scenario.configure(egress: "egress: {allow: [127.0.0.1/32]}")
        let allowed = try scenario.start()
        try scenario.verb("dead", "redrive", "1-1")
        try scenario.delivery("1-1", is: "delivered")
        #expect(allowed.stop() == 0)
    }
}

extension String {
    /// A copy with every occurrence replaced.
    fileprivate func replacing(_ text: String, with other: String) -> String {
        var result = ""
        var rest = self[...]
        while let found = rest.firstRange(of: text) {
            result += rest[..<found.lowerBound] + other
            rest = rest[found.upperBound...]
        }
        return result + rest
    }
}
