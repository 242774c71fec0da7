import CallbackTestKit
import Testing

@Suite("callbackd plan", .serialized)
struct PlanTests {
    /// A configuration that is to come, beside the one in force.
    private func coming(
        _ scenario: Scenario, sources: String = Scenario.sources, targets: String = Scenario.targets, rules: String
    ) throws -> String {
        try scenario.folder.write(
            "new.yaml",
            scenario.filled(
                """
                version: 1
                state: "${dir}/state/state.db"
                control: {socket: "${dir}/run/control.sock"}
                secrets: {billing: {file: "${dir}/none.secret"}}
                egress: {allow: [127.0.0.0/8]}
                \(sources)
                \(targets)
                \(rules)
                """))
    }

    private static let domains = """
        rules:
          - name: bill
            events: [domain.created]
            deliver: [{target: billing, body: {name: "{{ data.new.name }}", status: "{{ data.new.status }}"}}]
          - name: watch
            events: [domain.updated]
            match: {data: {new: {status: [0]}}}
            deliver: [billing]
        """

    /// A daemon that has recorded three created domains and one updated one, of which one rule wants each.
    private func recorded(_ scenario: Scenario) throws -> RunningDaemon {
        try scenario.configure(rules: Self.domains)
        let daemon = try scenario.start()
        for name in ["wp-1.example", "wp-2.example", "shop.example"] { try scenario.addDomain(name) }
        try scenario.sql("UPDATE domains SET description = 'x' WHERE name = 'wp-1.example';")
        try scenario.journal(holds: 4)
        try scenario.nothingIsOwed()
        return daemon
    }

    @Test("added, removed and changed callbacks are told by rule and target, and nothing is sent")
    func changes() throws {
        let scenario = try Scenario()
        let daemon = try recorded(scenario)
        let sent = scenario.receiver.requests.count
        let new = try coming(
            scenario,
            rules: """
                rules:
                  - name: bill
                    events: [domain.created]
                    match: {data: {new: {name: [{prefix: "wp-"}]}}}
                    deliver: [{target: billing, body: {name: "{{ data.new.name }}", status: "{{ data.new.id }}"}}]
                  - name: everything
                    events: [domain.created, domain.updated]
                    deliver: [billing]
                  - name: watch
                    events: [domain.updated]
                    match: {data: {new: {status: [0]}}}
                    deliver: [billing]
                """)
        let plan = try scenario.json("plan", new, "--since", "1h", "--limit", "1")
        #expect(plan["events"] == 4)
        #expect(plan["added"] == 4)
        #expect(plan["removed"] == 1)
        #expect(plan["changed"] == 2)
        #expect(plan["unchanged"] == 1)
        #expect(plan["until"] == nil)
        let groups = plan["groups"].elements
        #expect(groups.map(\.["rule"]) == ["bill", "everything", "watch"])
        #expect(groups.map(\.["target"]) == ["billing", "billing", "billing"])
        #expect(groups[1]["added"] == 4)
        #expect(groups[1]["examples"].elements.count == 1)
        #expect(groups[2]["unchanged"] == 1)
        let changed = groups[0]["examples"].elements.first { $0["change"] == "changed" } ?? .null
        #expect(changed["event"] == 1)
        #expect(changed["type"] == "domain.created")
        #expect(changed["difference"]["part"] == "body")
        #expect(changed["difference"]["path"] == "status")
        #expect(changed["difference"]["before"] == "0")
        let removed = groups[0]["examples"].elements.first { $0["change"] == "removed" } ?? .null
        #expect(removed["event"] == 3)
        #expect(removed["subject"] == (try scenario.json("events", "list")[2]["subject"]))

        let text = try scenario.verb("plan", new, "--since", "1h")
        #expect(text.contains("4 callbacks added, 1 removed, 2 changed, 1 as before"))
        #expect(text.contains("bill → billing"))
        #expect(text.contains("body, status: 0 → "))
        #expect(text.contains("removed  event 3  domain.created"))
        #expect(scenario.receiver.requests.count == sent)
        #expect(try scenario.json("events", "list").elements.count == 4)
        #expect(daemon.stop() == 0)
    }

    @Test("with nothing to change it says so, and --exit-code tells a program")
    func exitCodes() throws {
        let scenario = try Scenario()
        let daemon = try recorded(scenario)
        let same = try coming(scenario, rules: Self.domains)
        #expect(try scenario.verb("plan", same).contains("nothing would change"))
        try scenario.verb("plan", same, "--exit-code")
        let none = try coming(scenario, rules: "rules: []")
        let plan = try scenario.json("plan", none)
        #expect(plan["removed"] == 4)
        try scenario.verb("plan", none, "--exit-code", expecting: 1)
        #expect(daemon.stop() == 0)
        // Without a daemon the answer is the same.
        #expect(try scenario.json("plan", none)["groups"] == plan["groups"])
    }

    @Test("a URL, header and order that change are changes; a rule's other name is perhaps a renaming")
    func otherChanges() throws {
        let scenario = try Scenario()
        let daemon = try recorded(scenario)
        let new = try coming(
            scenario,
            targets: """
                targets:
                  billing:
                    webhook:
                      url: "http://127.0.0.1:${port}/v2/{{ subject }}"
                      sign: {secret: billing}
                """,
            rules: """
                rules:
                  - name: bill
                    events: [domain.created]
                    order-by: none
                    deliver: [{target: billing, body: {name: "{{ data.new.name }}", status: "{{ data.new.status }}"}}]
                  - name: look
                    events: [domain.updated]
                    deliver: [billing]
                """)
        let groups = try scenario.json("plan", new)["groups"].elements
        #expect(groups.map(\.["rule"]) == ["bill", "look", "watch"])
        #expect(groups[0]["changed"] == 3)
        #expect(groups[0]["examples"][0]["difference"]["part"] == "ordering key")
        #expect(groups[0]["examples"][0]["difference"]["after"] == nil)
        #expect(groups[1]["renamed"] == "watch")
        #expect(groups[2]["renamed"] == "look")
        #expect(try scenario.verb("plan", new).contains("renamed to look?"))
        let urls = try coming(
            scenario,
            targets: """
                targets:
                  billing:
                    webhook: {url: "http://127.0.0.1:${port}/v2/{{ subject }}", sign: {secret: billing}}
                """, rules: Self.domains)
        let changed = try scenario.json("plan", urls)["groups"][0]
        #expect(changed["changed"] == 3)
        let difference = changed["examples"][0]["difference"]
        #expect(difference["part"] == "url")
        #expect(difference["before"].text?.hasSuffix("/hooks") == true)
        #expect(difference["after"].text?.contains("/v2/domain%2F") == true)
        #expect(daemon.stop() == 0)
    }

    @Test("each event is held against the rule book that was in force when it was recorded")
    func booksOfThen() throws {
        let scenario = try Scenario()
        try scenario.configure(rules: "rules: [{name: first, events: [domain.created], deliver: [billing]}]")
        let first = try scenario.start()
        try scenario.addDomain("a.example")
        try scenario.journal(holds: 1)
        try scenario.nothingIsOwed()
        #expect(first.stop() == 0)
        try scenario.configure(rules: "rules: [{name: second, events: [domain.created], deliver: [billing]}]")
        let second = try scenario.start()
        try scenario.addDomain("b.example")
        try scenario.journal(holds: 2)
        try scenario.nothingIsOwed()
        let both = try coming(
            scenario,
            rules: """
                rules:
                  - {name: first, events: [domain.created], deliver: [billing]}
                  - {name: second, events: [domain.created], deliver: [billing]}
                """)
        let groups = try scenario.json("plan", both)["groups"].elements
        #expect(groups.map(\.["rule"]) == ["first", "second"])
        #expect(groups.map(\.["unchanged"]) == [1, 1])
        #expect(groups.map(\.["added"]) == [1, 1])
        #expect(groups[0]["examples"][0]["event"] == 2)
        #expect(groups[1]["examples"][0]["event"] == 1)
        #expect(second.stop() == 0)
    }

    @Test("where the question goes beyond what is kept, the answer says so")
    func limits() throws {
        let scenario = try Scenario()
        let daemon = try recorded(scenario)
        #expect(daemon.stop() == 0)
        let same = try coming(scenario, rules: Self.domains)
        func limits(_ words: String...) throws -> [String: String] {
            let result = try scenario.callbackd(["plan", same, "--json"] + words)
            #expect(result.status == 0, "\(result.errors)")
            let limits = try JSON(parsing: result.output)["limits"].elements
            return Dictionary(limits.map { ($0["kind"].text ?? "", $0["message"].text ?? "") }) { first, _ in first }
        }
        #expect(try limits("--since", "7d")["journal"]?.contains("nothing was recorded before") == true)
        #expect(try limits("--since", "2100-01-01T00:00:00Z")["span"] != nil)
        #expect(try limits("--since", "7d", "--until", "1d")["span"] != nil)
        // Retention takes the first and the third event, and a rule book is lost.
        try scenario.sql(
            "DELETE FROM events WHERE sequence IN (1, 3); UPDATE books SET version = 9;", on: scenario.statePath)
        let found = try limits("--since", "7d")
        #expect(found["journal"]?.contains("event 1 was removed by retention") == true)
        #expect(found["retention"]?.contains("1 finished event was") == true)
        #expect(found["rule-book"]?.contains("rule book 1") == true)
        #expect(try scenario.verb("plan", same).contains("note  2 events left out"))
    }

    @Test("events of sources and types that the new configuration does not have are counted")
    func unknown() throws {
        let scenario = try Scenario()
        let daemon = try recorded(scenario)
        let new = try coming(
            scenario,
            sources: """
                sources:
                  shop:
                    sqlite: {path: "${dir}/panel/panel.db"}
                    tables: {domains: {events: {insert: domain.created}}}
                """,
            rules: "rules: [{name: bill, events: [domain.created], deliver: [billing]}]")
        let plan = try scenario.json("plan", new)
        let messages = plan["limits"].elements.compactMap { $0["message"].text }
        #expect(messages.contains { $0.contains("1 event of type domain.updated") })
        #expect(messages.contains { $0.contains("4 events of source \"panel\"") })
        #expect(plan["groups"].elements.map(\.["changed"]) == [3, 0])
        #expect(plan["groups"].elements.map(\.["removed"]) == [0, 1])
        #expect(daemon.stop() == 0)
    }

    @Test("a journal of more than one page is gone through to its end")
    func pages() throws {
        let scenario = try Scenario()
        try scenario.configure(
            rules: """
                rules:
                  - name: never
                    events: [domain.created]
                    match: {data: {new: {name: [nothing]}}}
                    deliver: [billing]
                """)
        let daemon = try scenario.start()
        try scenario.sql(
            """
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2300)
            INSERT INTO domains (name, displayName, cl_id) SELECT i || '.example', 'd', 3 FROM n;
            """)
        try scenario.journal(holds: 2300)
        let new = try coming(
            scenario, rules: "rules: [{name: bill, events: [domain.created], deliver: [billing]}]")
        let plan = try scenario.json("plan", new)
        #expect(plan["events"] == 2300)
        #expect(plan["groups"].elements.map(\.["added"]) == [2300])
        #expect(plan["groups"][0]["examples"].elements.map(\.["event"]) == [1, 2, 3])
        #expect(try scenario.verb("plan", new).contains("and 2297 more"))
        #expect(try scenario.verb("plan", new, "--limit", "0").contains("2300 callbacks added"))
        #expect(daemon.stop() == 0)
    }

    @Test("wrong inputs end with their code and say what is wrong")
    func wrongInputs() throws {
        let scenario = try Scenario()
        let good = try coming(scenario, rules: Self.domains)
        func expect(_ status: Int32, _ words: [String], says: String...) throws {
            let result = try scenario.callbackd(["plan"] + words)
            #expect(result.status == status, "\(words): \(result.errors)")
            #expect(result.output.isEmpty)
            for text in says { #expect(result.errors.contains(text), "\(words): \(result.errors)") }
        }
        try expect(66, [good], says: "there is no state file")
        let daemon = try scenario.start()
        let bad = try coming(
            scenario,
            rules: """
                rules:
                  - {name: bill, events: [domain.creatd], deliver: [biling]}
                  - {name: bill, events: [domain.created], match: {data: {new: {nam: [a]}}}, deliver: [billing]}
                """)
        try expect(78, [bad], says: "domain.creatd", "biling", "nam", "cannot be used")
        try expect(78, [scenario.folder.file("nowhere.yaml")], says: "nowhere.yaml")
        try expect(64, [good, "--since", "yesterday"], says: "--since")
        try expect(64, [good, "--since", "1h", "--until", "2h"], says: "is not before")
        try expect(64, [good, "--limit", "-1"], says: "--limit")
        try expect(64, [], says: "new.yaml")
        #expect(try scenario.json("plan", coming(scenario, rules: Self.domains))["limits"][0]["kind"] == "journal")
        #expect(daemon.stop() == 0)
    }
}
