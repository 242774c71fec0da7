import CallbackTestKit
import Testing

@Suite("Crashes while nobody knows", .serialized)
struct CrashInDoubtTests {
    private static let rounds = Programs.isSoak ? 100 : 12

    /// Kills the daemon each time between the receiver's processing and the settling, then lets the last life finish.
    private func killAgainAndAgain(_ receiver: ProcessingReceiver, _ scenario: Scenario) throws {
        for round in 1...Self.rounds {
            let daemon = try RunningDaemon(scenario)
            receiver.kills(daemon.id)
            try daemon.waitUntilReady()
            try scenario.addDomain("d\(round).example")
            _ = daemon.waitForEnd()
        }
        let heir = try scenario.start()
        try scenario.journal(holds: Self.rounds)
        try scenario.nothingIsOwed()
        #expect(heir.stop() == 0)
    }

    @Test("kill -9 after the receiver has processed: at most once stays once, and nothing is lost")
    func atMostOnce() throws {
        let receiver = ProcessingReceiver { _, _ in .answers }
        let scenario = try Scenario(receiver, doubt: AtMostOnceTests.key)
        try killAgainAndAgain(receiver, scenario)
        #expect(receiver.seen.values.allSatisfy { $0 == 1 })
        let dead = try scenario.deliveries("dead")
        let delivered = try scenario.deliveries("delivered")
        #expect(dead.count + delivered.count == Self.rounds)
        #expect(receiver.seen.count == Self.rounds)
        #expect(dead.count == Self.rounds, "each life ended before it could hear the answer")
    }

    @Test("kill -9 after the receiver has processed: with verify each is processed once and delivered")
    func verified() throws {
        let receiver = ProcessingReceiver { _, _ in .answers }
        let scenario = try Scenario(receiver, doubt: VerifyTests.byURL)
        try killAgainAndAgain(receiver, scenario)
        #expect(receiver.processed.count == Self.rounds)
        #expect(receiver.processed.values.allSatisfy { $0 == 1 })
        #expect(try scenario.deliveries("delivered").count == Self.rounds)
    }

    @Test(
        "kill -9 at a write sends nothing twice that is made at most once, and loses nothing",
        arguments: [
            AtMostOnceTests.key, VerifyTests.byURL,
        ])
    func killedAtAWrite(doubt: String) throws {
        let point = try LoadCrashPoint()
        let step = Programs.isSoak ? 1 : 6
        var generator = LoadGenerator()
        var number = Int.random(in: 1...step, using: &generator)
        print("crash in doubt, \(doubt): seed \(generator.seed), from write \(number), each \(step).")
        var kills = 0
        while try killed(at: number, doubt, point) {
            kills += 1
            number += step
        }
        print("crash in doubt, \(doubt): \(kills) kills up to write \(number)")
        #expect(kills > 5)
    }

    /// - Returns: whether the daemon died at that write.
    private func killed(at number: Int, _ doubt: String, _ point: LoadCrashPoint) throws -> Bool {
        let receiver = ProcessingReceiver { _, _ in .answers }
        let scenario = try Scenario(receiver, doubt: doubt)
        // The installation is not what is tested here.
        #expect(try scenario.start().stop() == 0)
        let log = scenario.folder.file("writes")
        let daemon = try RunningDaemon(
            scenario, wrapper: point.wrapper(number: number, isTorn: number % 2 == 0, log: log))
        try eventually("ready, or the end") { daemon.hasEnded || daemon.output.contains("ready") }
        let count = 3
        for index in 1...count { try scenario.addDomain("d\(index).example") }
        try eventually("everything came, or the end") { daemon.hasEnded || receiver.seen.count == count }
        let status = daemon.stop()
        let heir = try scenario.start()
        try scenario.journal(holds: count)
        try scenario.nothingIsOwed()
        let lost = try scenario.deliveries("dead").count + scenario.deliveries("delivered").count
        #expect(lost == count, "killed at write \(number)")
        #expect(receiver.seen.values.allSatisfy { $0 == 1 }, "killed at write \(number): \(receiver.seen)")
        #expect(heir.stop() == 0)
        return status != 0
    }

    @Test("a delivery that ends the daemon each time is held after three ends, shown, and holds up nobody else")
    func poison() throws {
        let receiver = ProcessingReceiver { _, _ in .answers }
        let scenario = try Scenario(receiver, doubt: "")
        // The first death comes out of the blue; the three after it are counted.
        for _ in 1...4 {
            let daemon = try RunningDaemon(scenario)
            receiver.kills(daemon.id)
            if receiver.seen.isEmpty {
                try daemon.waitUntilReady()
                try scenario.addDomain("poison.example")
            }
            _ = daemon.waitForEnd()
        }
        let heir = try scenario.start()
        let poison = try scenario.delivery("1-1", is: "held")
        #expect(Array(receiver.seen.values) == [4])
        #expect(poison["attempts"].elements.last?["reason"].text?.contains("for the 3. time") == true)
        #expect(try scenario.json("status", expecting: 1)["doubts"]["heldAfterCrashes"] == ["1-1"])
        #expect(try scenario.verb("status", expecting: 1).contains("under way each time the daemon died: 1-1"))
        try scenario.addDomain("other.example")
        try scenario.delivery("2-1", is: "delivered")
        try scenario.verb("deliveries", "release", "1-1")
        try scenario.delivery("1-1", is: "delivered")
        #expect(try scenario.json("status")["doubts"]["heldAfterCrashes"] == [])
        #expect(heir.stop() == 0)
    }

    @Test("for a minute after an unclean end every attempt is written down first, after an orderly one none is")
    func cautious() throws {
        let scenario = try Scenario { _ in .hang }
        try scenario.configure(rules: Scenario.doubtRules)
        func noted() throws -> String { try scenario.sql("SELECT count(*) FROM intents;", on: scenario.statePath) }
        let first = try scenario.start()
        try scenario.addDomain("a.example")
        _ = try scenario.receiver.request(1)
        #expect(try noted() == "0\n")
        first.kill()
        let second = try scenario.start()
        _ = try scenario.receiver.request(2)
        #expect(try noted() == "1\n")
        #expect(try scenario.attempts("1-1").map(\.outcome) == ["sending"])
        second.kill()
    }
}
