import CallbackTestKit
import Testing

@Suite("Deliveries that are made at most once", .serialized)
struct AtMostOnceTests {
    static let key = "at-most-once: true"

    @Test("a cut connection makes a dead letter that says what is not known, and its lane goes on")
    func cut() throws {
        let receiver = ProcessingReceiver { number, _ in number == 1 ? .processesAndCuts : .answers }
        let scenario = try Scenario(receiver, doubt: Self.key)
        let daemon = try scenario.start()
        try scenario.addDomain("a.example")
        try scenario.sql("UPDATE domains SET displayName = 'second' WHERE name = 'a.example';")
        let delivery = try scenario.delivery("1-1", is: "dead")
        #expect(delivery["reason"] == "uncertain")
        try scenario.delivery("2-1", is: "delivered")
        let attempts = try scenario.attempts("1-1")
        #expect(attempts.map(\.outcome) == ["uncertain"])
        #expect(attempts.first?.reason.hasSuffix("; it may have been processed, and is not sent again") == true)
        #expect(receiver.seen.values.allSatisfy { $0 == 1 })
        #expect(daemon.stop() == 0)
    }

    @Test("such a dead letter is redriven only by somebody who says that it may be processed twice")
    func redrive() throws {
        let receiver = ProcessingReceiver { number, _ in number == 1 ? .processesAndCuts : .answers }
        let scenario = try Scenario(receiver, doubt: Self.key)
        let daemon = try scenario.start()
        try scenario.addDomain("a.example")
        try scenario.delivery("1-1", is: "dead")
        let refusal = try scenario.verb("dead", "redrive", "1-1", expecting: 1)
        #expect(refusal.contains("may have been processed") && refusal.contains("--even-if-processed"))
        #expect(try scenario.verb("dead", "redrive", "--all", expecting: 1).contains("has no verify"))
        try scenario.verb("dead", "redrive", "1-1", "--even-if-processed")
        try scenario.delivery("1-1", is: "delivered")
        #expect(Array(receiver.seen.values) == [2])
        #expect(daemon.stop() == 0)
    }

    @Test("an answer that says failed is an answer: it is tried again")
    func answered() throws {
        let receiver = ProcessingReceiver { number, _ in number == 1 ? .processesAndAnswers(503) : .answers }
        let scenario = try Scenario(receiver, doubt: Self.key)
        let daemon = try scenario.start()
        try scenario.addDomain("a.example")
        try scenario.delivery("1-1", is: "delivered")
        #expect(try scenario.attempts("1-1").map(\.outcome) == ["unavailable", "delivered"])
        #expect(daemon.stop() == 0)
    }

    /// A scenario whose only target is a hook.
    private func hookScenario(_ script: String, settings: String) throws -> Scenario {
        let scenario = try Scenario()
        _ = try scenario.hook("hook.sh", script)
        try scenario.configure(
            targets: """
                targets:
                  billing:
                    command: {run: ["${dir}/hook.sh"]}
                    retry: {schedule: [200ms, 200ms], jitter: 0%}
                    \(settings)
                """,
            rules: Scenario.doubtRules)
        return scenario
    }

    @Test("a hook that is ended at its deadline may have done its work: it is not run again")
    func hookAtDeadline() throws {
        let scenario = try hookScenario(
            #"echo "$EVENT_WEBHOOK_ID" >>"${dir}/hook.out"; exec sleep 60"#,
            settings: "at-most-once: true\n    timeout: 500ms")
        let daemon = try scenario.start()
        try scenario.addDomain("a.example")
        let delivery = try scenario.delivery("1-1", is: "dead")
        #expect(delivery["reason"] == "uncertain")
        #expect(try scenario.attempts("1-1").first?.reason.contains("ran longer than its timeout") == true)
        #expect(try Shell.read(scenario.hookOutputPath) == "\(delivery["webhook_id"].text ?? "?")\n")
        #expect(daemon.stop() == 0)
    }

    @Test("a hook that ends with an error says so itself: it is run again")
    func hookThatFails() throws {
        let scenario = try hookScenario(
            #"echo "$ATTEMPT" >>"${dir}/hook.out"; [ "$ATTEMPT" -gt 1 ] || exit 1"#, settings: Self.key)
        let daemon = try scenario.start()
        try scenario.addDomain("a.example")
        try scenario.delivery("1-1", is: "delivered")
        #expect(try Shell.read(scenario.hookOutputPath) == "1\n2\n")
        #expect(daemon.stop() == 0)
    }

    @Test("a hook that was running when the daemon was killed is not run again")
    func hookAtKill() throws {
        let scenario = try hookScenario(#"echo x >>"${dir}/hook.out"; exec sleep 60"#, settings: Self.key)
        let daemon = try scenario.start()
        try scenario.addDomain("a.example")
        try eventually("the hook runs") { (try? Shell.read(scenario.hookOutputPath)) == "x\n" }
        daemon.kill()
        let heir = try scenario.start()
        let delivery = try scenario.delivery("1-1", is: "dead")
        #expect(delivery["reason"] == "uncertain")
        #expect(
            try scenario.attempts("1-1").first?.reason.contains("callbackd ended while this was being sent") == true)
        #expect(try Shell.read(scenario.hookOutputPath) == "x\n")
        #expect(heir.stop() == 0)
    }

    @Test("a hook that was ended by a signal is asked about by a program, and run again where that says no")
    func hookVerified() throws {
        let scenario = try hookScenario(
            #"echo "$ATTEMPT" >>"${dir}/hook.out"; [ "$ATTEMPT" -gt 1 ] || kill -9 $$"#,
            settings: #"verify: {command: ["${dir}/asked.sh"]}"#)
        _ = try scenario.hook("asked.sh", "exit 1")
        let daemon = try scenario.start()
        try scenario.addDomain("a.example")
        try scenario.delivery("1-1", is: "delivered")
        #expect(try scenario.attempts("1-1").map(\.outcome) == ["uncertain", "not processed", "delivered"])
        #expect(try Shell.read(scenario.hookOutputPath) == "1\n3\n")
        #expect(daemon.stop() == 0)
    }
}
