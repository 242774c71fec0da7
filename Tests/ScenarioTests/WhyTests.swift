import CallbackTestKit
import Synchronization
import Testing

@Suite("callbackd why", .serialized)
struct WhyTests {
    private static let rules = """
        rules:
          - name: shown-items
            events: [plan_item.created]
            match: {data: {new: {visible: [true], label: [{prefix: "WP "}]}}}
            deliver: [billing]
          - name: every-item
            events: [plan_item.created, plan_item.updated]
            deliver: [billing]
          - name: suspended
            events: [domain.updated]
            match:
              data:
                changed: [status]
                $or: [{new: {status: [16]}}, {old: {status: [16]}, new: {description: [{exists: true}]}}]
            deliver: [billing]
          - name: deleted
            events: [domain.deleted]
            deliver: [billing]
        """

    @Test("an event's change, each rule's verdict with the clause that failed, and each attempt are told")
    func planItem() throws {
        let scenario = try Scenario()
        try scenario.configure(rules: Self.rules)
        let daemon = try scenario.start()
        try scenario.packet(PrintedPackets.addPlanItemToPanel)
        try scenario.journal(holds: 1)
        try scenario.delivery("1-1", is: "delivered")
        let answers = try scenario.json("why", "1").elements
        #expect(answers.count == 1)
        let answer = answers[0]
        #expect(answer["type"] == "plan_item.created")
        #expect(answer["subject"] == "plan_item/1235")
        #expect(answer["source"] == "panel")
        #expect(answer["book"] == 1)
        #expect(answer["book_now"] == 1)
        #expect(answer["differs_now"] == false)
        #expect(answer["today"] == [])
        #expect(answer["change"]["operation"].text != nil)
        let label = answer["change"]["fields"].elements.first { $0["name"] == "label" }
        #expect(label?["new"] == "New Service")
        let rules = answer["rules"].elements
        #expect(rules.map(\.["rule"]) == ["shown-items", "every-item"])
        #expect(rules.map(\.["verdict"]) == ["refused", "matched"])
        #expect(answer["rules_for_other_types"] == 2)
        #expect(rules[0]["reasons"].elements.count == 1)
        let reason = rules[0]["reasons"][0]
        #expect(reason["path"] == "data.new.label")
        #expect(reason["wanted"] == [["prefix": "WP "]])
        #expect(reason["met"][0]["value"] == "New Service")
        let delivery = answer["deliveries"][0]
        #expect(delivery["rule"] == "every-item")
        #expect(delivery["attempts"].elements.map(\.["outcome"]) == ["delivered"])
        #expect(delivery["attempts"][0]["code"] == 204)

        let text = try scenario.verb("why", answer["id"].text ?? "")
        #expect(text.contains(#"data.new.label is "New Service", the rule wants {"prefix":"WP "}"#))
        #expect(text.contains("every-item  matched → billing"))
        #expect(text.contains("2 rules are for events of other types"))
        #expect(text.contains("1-1  every-item → billing  delivered"))
        #expect(text.contains("delivered (204)"))
        #expect(!text.contains("today"))
        let all = try scenario.verb("why", "1", "--all")
        #expect(all.contains("deleted  is not for this type, but for domain.deleted"))
        let one = try scenario.verb("why", "1", "--rule", "suspended")
        #expect(one.contains("suspended  is not for this type, but for domain.updated"))
        #expect(!one.contains("every-item"))
        #expect(try scenario.json("why", "1", "--rule", "suspended")[0]["rules"].elements.count == 1)
        #expect(daemon.stop() == 0)
    }

    @Test("an event that matched nothing is explained as well, old and new, and every branch of $or")
    func nothing() throws {
        let scenario = try Scenario()
        try scenario.configure(rules: Self.rules)
        let daemon = try scenario.start()
        try scenario.sql("UPDATE domains SET description = 'mine' WHERE id = 1;")
        try scenario.sql("UPDATE domains SET status = 2 WHERE id = 1;")
        try scenario.addDomain("a.example")
        try scenario.journal(holds: 3)
        let answers = try scenario.json("why", "--type", "domain.updated", "--since", "1h").elements
        #expect(answers.map(\.["sequence"]) == [1, 2])
        #expect(answers.map(\.["deliveries"]) == [[], []])
        #expect(answers[0]["change"]["fields"].elements.map(\.["name"]) == ["description"])
        #expect(answers[0]["change"]["fields"][0]["new"] == "mine")
        let branches = answers[1]["rules"][0]["reasons"][0]["or"].elements
        #expect(branches.count == 2)
        #expect(branches[0][0]["met"][0]["value"] == 2)
        #expect(branches[1][0]["path"] == "data.old.status")
        let text = try scenario.verb("why", "--subject", "domain/1")
        #expect(text.contains(#"data.changed[0] is "description", the rule wants "status""#))
        #expect(text.contains("status  0 → 2"))
        #expect(text.contains("none of the 2 patterns of $or holds:"))
        #expect(text.contains("1. data.new.status is 2, the rule wants 16"))
        #expect(text.contains("2. data.old.status is 0, the rule wants 16"))
        #expect(text.contains("deliveries  none"))
        // No rule is for this type at all.
        #expect(try scenario.verb("why", "3").contains("4 rules are for events of other types"))
        #expect(try scenario.json("why", "--since", "1h", "--limit", "2").elements.map(\.["sequence"]) == [2, 3])
        #expect(daemon.stop() == 0)
    }

    @Test("the verdict is that of the rules in force then; where today's differ, it says so")
    func thenAndNow() throws {
        let scenario = try Scenario()
        try scenario.configure(
            rules: """
                rules:
                  - {name: old, events: [domain.created], deliver: [billing]}
                  - name: wp
                    events: [domain.created]
                    match: {data: {new: {name: [{prefix: "wp-"}]}}}
                    deliver: [billing]
                """)
        let first = try scenario.start()
        try scenario.addDomain("shop.example")
        try scenario.journal(holds: 1)
        try scenario.nothingIsOwed()
        #expect(first.stop() == 0)
        try scenario.configure(
            rules: """
                rules:
                  - name: wp
                    events: [domain.created]
                    match: {data: {new: {name: [{suffix: ".example"}]}}}
                    deliver: [billing]
                  - name: new
                    events: [domain.created]
                    match: {data: {new: {status: [7]}}}
                    deliver: [billing]
                """)
        // The file has changed, and is not in force yet.
        #expect(try scenario.json("why", "1")[0]["configuration_not_in_force"] == true)
        #expect(try scenario.json("why", "1")[0]["today"] == [])
        #expect(try scenario.verb("why", "1").contains("the configuration file has other rules than those in force"))
        let second = try scenario.start()
        try scenario.addDomain("other.example")
        try scenario.journal(holds: 2)
        let then = try scenario.json("why", "1")[0]
        #expect(then["book"] == 1)
        #expect(then["book_now"] == 2)
        #expect(then["differs_now"] == true)
        #expect(then["configuration_not_in_force"] == false)
        #expect(then["rules"].elements.map(\.["verdict"]) == ["matched", "refused"])
        #expect(then["rules"][1]["reasons"][0]["met"][0]["value"] == "shop.example")
        let today = then["today"].elements
        #expect(today.map(\.["rule"]) == ["old", "wp"])
        #expect(today[0]["now"] == nil)
        #expect(today[1]["now"]["verdict"] == "matched")
        let text = try scenario.verb("why", "1")
        #expect(text.contains("rule book  1, in force since"))
        #expect(text.contains("today  rule book 2 is in force"))
        #expect(text.contains("old  matched then, and is not there any more"))
        #expect(text.contains("wp  did not match then, would match → billing"))
        #expect(try scenario.json("why", "2")[0]["rules"].elements.map(\.["verdict"]) == ["matched", "refused"])
        #expect(try scenario.json("why", "2")[0]["differs_now"] == false)
        #expect(second.stop() == 0)
    }

    @Test("attempts at a target that cannot be reached are told with their outcome and what comes next")
    func attempts() throws {
        let failures = Atomic(0)
        let scenario = try Scenario { _ in
            failures.add(1, ordering: .relaxed).oldValue < 1 ? .status(500) : .status(413)
        }
        try scenario.configure(
            targets: Scenario.targets + """

                  gone:
                    webhook: {url: "http://127.0.0.1:1/hooks", sign: {secret: billing}}
                    retry: {schedule: [1h], jitter: 0%}
                """,
            rules: "rules: [{name: bill, events: [domain.created], deliver: [billing, gone]}]")
        let daemon = try scenario.start()
        try scenario.addDomain("a.example")
        try scenario.delivery("1-1", is: "dead")
        try scenario.delivery("1-2", is: "deferred")
        let deliveries = try scenario.json("why", "1")[0]["deliveries"].elements
        #expect(deliveries.map(\.["state"]) == ["dead", "deferred"])
        #expect(deliveries[0]["attempts"].elements.map(\.["code"]) == [500, 413])
        #expect(deliveries[1]["attempts"].elements.count == 1)
        let text = try scenario.verb("why", "1")
        #expect(text.contains("1-1  bill → billing  dead (refused)"))
        #expect(text.contains("attempt 2"))
        #expect(text.contains("(413)"))
        #expect(text.contains("1-2  bill → gone  deferred until 2"))
        #expect(daemon.stop() == 0)
        // Without a daemon it can be asked as well.
        #expect(try scenario.json("why", "1")[0]["deliveries"][1]["state"] == "deferred")
    }

    @Test("a rule book that is lost is said to be")
    func lostBook() throws {
        let scenario = try Scenario()
        let daemon = try scenario.start()
        try scenario.addDomain("a.example")
        try scenario.journal(holds: 1)
        try scenario.nothingIsOwed()
        #expect(daemon.stop() == 0)
        try scenario.sql("UPDATE books SET version = 9;", on: scenario.statePath)
        #expect(try scenario.verb("why", "1").contains("rule book 1 cannot be asked: the state file does not have it"))
        #expect(try scenario.json("why", "1")[0]["problem"].text != nil)
        try scenario.sql("UPDATE books SET version = 1, content = x'6E6F';", on: scenario.statePath)
        #expect(try scenario.verb("why", "1").contains("rule book 1 cannot be asked: this rule book cannot be read"))
    }

    @Test("wrong inputs end with their code and say what is wrong")
    func wrongInputs() throws {
        let scenario = try Scenario()
        func expect(_ status: Int32, _ words: String..., says: [String]) throws {
            let result = try scenario.callbackd(["why"] + words)
            #expect(result.status == status, "\(words): \(result.errors)")
            #expect(result.output.isEmpty)
            for text in says { #expect(result.errors.contains(text), "\(words): \(result.errors)") }
        }
        try expect(66, "1", says: ["there is no state file"])
        let daemon = try scenario.start()
        try expect(66, "1", says: ["there is no event 1", "the journal is empty"])
        try scenario.addDomain("a.example")
        try scenario.journal(holds: 1)
        try expect(64, says: ["name an event"])
        try expect(64, "1", "--type", "domain.created", says: ["not both"])
        try expect(64, "--type", "domain.created", "--limit", "0", says: ["--limit"])
        try expect(64, "--since", "yesterday", says: ["--since"])
        try expect(66, "2", says: ["there is no event 2", "the journal reaches from event 1"])
        try expect(66, "evt_none", says: ["there is no event evt_none"])
        try expect(
            66, "--type", "domain.creatd", says: ["no source gives such a type", "did you mean domain.created?"])
        try expect(
            66, "--subject", "service_plan/99",
            says: ["no event was recorded about service_plan/99", "the journal reaches from event 1"])
        try expect(
            66, "--subject", "domain/2", "--type", "domain.deleted",
            says: ["the latest event about it is 1, domain.created"])
        try expect(66, "--type", "domain.created", "--since", "2100-01-01T00:00:00Z", says: ["since 2100-01-01"])
        try expect(66, "1", "--rule", "bil", says: ["there is no rule \"bil\"", "did you mean \"bill\"?"])
        #expect(daemon.stop() == 0)
        try scenario.configure(rules: "rules: [{name: bill, events: [nothing], deliver: [billing]}]")
        try expect(78, "1", says: ["nothing", "cannot be used"])
    }
}
