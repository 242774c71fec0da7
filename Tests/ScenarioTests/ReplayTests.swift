import CallbackTestKit
import Synchronization
import Testing

@Suite("Dead letters and replay", .serialized)
struct ReplayTests {
    private static let twoRules = """
        rules:
          - {name: bill, events: [domain.created], deliver: [billing]}
          - name: short
            events: [domain.updated]
            deliver: [{target: billing, body: {about: "{{ subject }}", text: "{{ data.new.description }}"}}]
        """

    /// A daemon whose receiver has taken `count` new domains.
    private func delivered(_ count: Int) throws -> (Scenario, RunningDaemon) {
        let scenario = try Scenario()
        try scenario.configure(rules: Self.twoRules)
        let daemon = try scenario.start()
        for number in 1...count { try scenario.addDomain("d\(number).example") }
        try scenario.receiver.waitForRequests(count)
        try scenario.nothingIsOwed()
        return (scenario, daemon)
    }

    private func replay(_ number: Int, of scenario: Scenario, is state: String) throws -> JSON {
        var last = JSON.null
        try eventually("replay \(number) is \(state), it is \(last)") {
            last =
                try scenario.json("replay", "list").elements.first { $0["replay"] == JSON.number(Double(number)) }
                ?? .null
            return last["state"].text == state
        }
        return last
    }

    @Test("after an outage the dead letters are counted, then redriven by rule with the same webhook-ids, in order")
    func outage() throws {
        let isWell = Atomic(false)
        let scenario = try Scenario { _ in isWell.load(ordering: .relaxed) ? .status(204) : .status(413) }
        try scenario.configure(rules: Self.twoRules)
        let daemon = try scenario.start()
        try scenario.addDomain("a.example")
        for round in 1...10 {
            try scenario.sql("UPDATE domains SET description = '\(round)' WHERE name = 'a.example';")
        }
        try eventually("eleven dead letters") { try scenario.deliveries("dead").count == 11 }
        let refused = scenario.receiver.requests
        isWell.store(true, ordering: .relaxed)

        let counted = try scenario.json("dead", "redrive", "--all", "--dry-run")
        #expect(counted.elements.map(\.["rule"]) == ["bill", "short"])
        #expect(counted.elements.map(\.["count"]) == [1, 10])
        let words = try scenario.verb("dead", "redrive", "--rule", "short", "--dry-run")
        #expect(words.hasSuffix("10 dead letters would be queued again\n"))
        #expect(try scenario.deliveries("dead").count == 11)

        let done = try scenario.verb("dead", "redrive", "--rule", "short", "--reason", "refused", "--rate", "100/s")
        #expect(done == "10 dead letters queued again\n")
        let again = try scenario.receiver.waitForRequests(21).dropFirst(11)
        let isShort: (LoopbackRequest) throws -> Bool = { try $0.json["about"] != .null }
        #expect(try again.map(\.webhookID) == refused.filter(isShort).map(\.webhookID))
        #expect(try again.map { try $0.json["text"] } == (1...10).map { JSON.text("\($0)") })
        #expect(try scenario.json("dead", "list", "--since", "1h").elements.map(\.["rule"]) == ["bill"])
        #expect(try scenario.json("dead", "list", "--until", "1h") == [])
        #expect(daemon.stop() == 0)
    }

    @Test("without a daemon dead letters are queued again at once, for its next start")
    func redriveOffline() throws {
        let isWell = Atomic(false)
        let scenario = try Scenario { _ in isWell.load(ordering: .relaxed) ? .status(204) : .status(413) }
        let daemon = try scenario.start()
        for name in ["a", "b", "c"] { try scenario.addDomain("\(name).example") }
        try eventually("three dead letters") { try scenario.deliveries("dead").count == 3 }
        #expect(daemon.stop() == 0)
        isWell.store(true, ordering: .relaxed)
        #expect(try scenario.verb("dead", "redrive", "--all", "--rate", "1/h") == "3 dead letters queued again\n")
        #expect(try scenario.callbackd(["dead", "redrive", "--all"]).errors == "no dead letter fits\n")
        let next = try scenario.start()
        #expect(try scenario.receiver.waitForRequests(6).differentIDs == 3)
        #expect(next.stop() == 0)
    }

    @Test("a restored receiver gets all events again, with new webhook-ids and as its rules send them now")
    func restored() throws {
        let (scenario, daemon) = try delivered(3)
        try scenario.sql("UPDATE domains SET description = 'x' WHERE name = 'd1.example';")
        try scenario.packet(PrintedPackets.addAppToPlan)
        try scenario.receiver.waitForRequests(4)
        try scenario.journal(holds: 5)
        let first = scenario.receiver.requests

        let forecast = try scenario.json("replay", "billing", "--since", "1h", "--dry-run")
        #expect(forecast["events"] == 5)
        #expect(forecast["groups"].elements.map(\.["rule"]) == ["(none)", "bill", "short"])
        #expect(forecast["groups"].elements.map(\.["count"]) == [1, 3, 1])
        #expect(forecast["limits"][0]["message"].text?.hasPrefix("the journal begins at ") == true)
        #expect(try scenario.json("replay", "list") == [])

        #expect(try scenario.verb("replay", "billing", "--since", "1h") == "replay 1: begun\n")
        let all = try scenario.receiver.waitForRequests(9)
        #expect(all.differentIDs == 9)
        try OfficialVerifier.expectAll(all)
        let again = Array(all.dropFirst(4))
        #expect(
            try Set(again.compactMap { try $0.json["subject"].text ?? $0.json["about"].text })
                .isSuperset(of: first.compactMap { try $0.json["subject"].text ?? $0.json["about"].text }))
        // What no rule sends there comes in the target's own format.
        #expect(try again.contains { try $0.json["type"] == "service_plan.app_added" })
        #expect(try again.contains { try $0.json["text"] == "x" && $0.json["type"] == .null })

        let done = try replay(1, of: scenario, is: "done")
        #expect(done["queued"] == 5)
        #expect(done["delivered"] == 5)
        #expect(done["left"] == 0)
        let listed = try scenario.json("deliveries", "list").elements.filter { $0["cause"] == "replay:1" }
        #expect(listed.count == 5)
        #expect(Set(listed.compactMap { $0["webhook_id"].text }) == Set(again.map(\.webhookID)))
        #expect(try scenario.verb("deliveries", "show", "1-2").contains("cause       replay:1\n"))
        #expect(try scenario.verb("why", "1").contains("1-2  bill, replay:1 → billing  delivered"))
        #expect(daemon.stop() == 0)
    }

    @Test("--same-id repeats what the target has taken, and nothing else")
    func sameID() throws {
        let (scenario, daemon) = try delivered(2)
        try scenario.packet(PrintedPackets.addAppToPlan)
        try scenario.journal(holds: 3)
        let first = scenario.receiver.requests
        let forecast = try scenario.json("replay", "billing", "--since", "1h", "--same-id", "--dry-run")
        #expect(forecast["deliveries"] == 2)
        #expect(forecast["left_out"] == 1)
        try scenario.verb("replay", "billing", "--since", "1h", "--same-id")
        let again = try scenario.receiver.waitForRequests(4).dropFirst(2)
        #expect(Set(again.map(\.webhookID)) == Set(first.map(\.webhookID)))
        #expect(Set(again.map(\.body)) == Set(first.map(\.body)))
        let done = try replay(1, of: scenario, is: "done")
        #expect(done["left_out"] == 1)
        #expect(try scenario.json("deliveries", "show", "1-2")["cause"] == "replay:1")
        #expect(daemon.stop() == 0)
    }

    @Test("--rule, --matched and --type narrow a replay")
    func narrowed() throws {
        let (scenario, daemon) = try delivered(2)
        try scenario.packet(PrintedPackets.addAppToPlan)
        try scenario.journal(holds: 3)
        for (words, count) in [
            (["--rule", "bill"], 2), (["--rule", "short"], 0), (["--matched"], 2), (["--subject", "domain/2"], 1),
            (["--type", "service_plan.app_added"], 1), (["--type", "domain.created", "--type", "domain.updated"], 2),
        ] {
            let result = try scenario.callbackd(["replay", "billing", "--since", "1h", "--dry-run", "--json"] + words)
            #expect(try JSON(parsing: result.output)["deliveries"] == JSON.number(Double(count)), "\(words)")
        }
        #expect(daemon.stop() == 0)
    }

    @Test("a replay that is cancelled sends nothing more; begun without a daemon it goes on with the next start")
    func cancel() throws {
        let (scenario, daemon) = try delivered(5)
        #expect(daemon.stop() == 0)
        #expect(try scenario.verb("replay", "billing", "--since", "1h", "--rate", "1/h") == "replay 1: begun\n")
        #expect(try scenario.json("replay", "list")[0]["state"] == "going on")
        let next = try scenario.start()
        try scenario.receiver.waitForRequests(6)
        let cancelled = try scenario.verb("replay", "cancel", "1")
        #expect(cancelled.hasPrefix("replay 1: ended, deliveries cancelled: "))
        let listed = try scenario.json("replay", "list")[0]
        #expect(listed["state"] == "cancelled")
        #expect(listed["left"] == 0)
        #expect(try scenario.verb("replay", "cancel", "1", expecting: 1).contains("has ended"))
        // A paused target keeps the second one waiting, so that all of it can be taken back.
        try scenario.verb("targets", "pause", "billing")
        try scenario.verb("replay", "billing", "--since", "1h", "--rate", "1000/s")
        try eventually("five wait") { try scenario.json("replay", "list")[1]["waiting"] == 5 }
        #expect(try scenario.verb("replay", "cancel", "2") == "replay 2: ended, deliveries cancelled: 5\n")
        try scenario.verb("targets", "resume", "billing")
        try scenario.addDomain("after.example")
        try scenario.receiver.waitForRequests(7)
        try scenario.nothingIsOwed()
        #expect(scenario.receiver.requests.count == 7)
        #expect(next.stop() == 0)
    }

    @Test("a daemon that is killed during a replay goes on with it, and no event is queued twice or lost")
    func killed() throws {
        let (scenario, daemon) = try delivered(30)
        try scenario.verb("replay", "billing", "--since", "1h", "--rate", "20/s")
        try scenario.receiver.waitForRequests(34)
        daemon.kill()
        let next = try scenario.start()
        let done = try replay(1, of: scenario, is: "done")
        #expect(done["queued"] == 30)
        #expect(done["delivered"] == 30)
        let again = scenario.receiver.requests.dropFirst(30)
        // What was in flight at the kill may have come twice, with the same webhook-id.
        #expect(again.differentIDs == 30)
        #expect(next.stop() == 0)
    }

    @Test(
        "wrong inputs end with their codes, and nothing is begun",
        arguments: [
            (["replay", "billing"], 64, "--since"),
            (["replay", "biling", "--since", "1h"], 66, "did you mean \"billing\"?"),
            (["replay", "billing", "--since", "1h", "--until", "2h"], 64, "is not before"),
            (["replay", "billing", "--since", "soon"], 64, "soon"),
            (["replay", "billing", "--since", "1h", "--rate", "fast"], 64, "fast"),
            (["replay", "billing", "--since", "1h", "--rate", "0/s"], 64, "0/s"),
            (["replay", "billing", "--since", "1h", "--rule", "bil"], 66, "did you mean \"bill\"?"),
            (["replay", "billing", "--since", "2h", "--until", "1h"], 66, "the journal holds no event of this time"),
            (["replay", "cancel", "7"], 1, ""), (["replay", "cancel", "one"], 64, "one"),
            (["dead", "redrive", "--reason", "tired"], 64, "tired"),
            (["dead", "redrive", "--since", "1h", "--until", "2h"], 64, "is not before"),
            (["dead", "redrive", "--rule", "bil"], 66, "did you mean \"bill\"?"),
            (["dead", "redrive", "1-1", "--rate", "50"], 64, "50"),
            (["dead", "redrive", "1-1", "--dry-run"], 1, ""), (["dead", "redrive"], 64, "say which dead letters"),
            (["dead", "list", "--target", "nobody"], 66, "there never was a target \"nobody\": there are: "),
        ] as [([String], Int32, String)])
    func wrongInputs(words: [String], status: Int32, message: String) throws {
        let scenario = try Scenario()
        try scenario.configure(rules: Self.twoRules)
        let daemon = try scenario.start()
        try scenario.addDomain("a.example")
        try scenario.delivery("1-1", is: "delivered")
        let result = try scenario.callbackd(words)
        #expect(result.status == status)
        #expect(message.isEmpty || result.errors.contains(message), "\(result.errors)")
        #expect(try scenario.json("replay", "list") == [])
        #expect(daemon.stop() == 0)
    }
}
