import CallbackCore
import CallbackEngine
import CallbackStore
import CallbackTestKit
import Synchronization
import Testing

@Suite("A lane whose head failed")
struct LaneFailureTests {
    @Test("with block, later deliveries of the lane wait for the one that failed")
    func block() throws {
        let folder = try TemporaryFolder()
        let action = ScriptedAction {
            $0.event.sequence == 1 && $0.number < 3 ? .unavailable(retryAfter: nil) : .delivered
        }
        let engine = try EngineFixture(
            statePath: folder.file("state.db"), targets: [.init(name: "billing", action: action)])
        try engine.place(["order/1", "order/1", "order/1"], from: 1)
        #expect(action.wait { $0.accepted.map(\.event.sequence) == [1, 2, 3] })
        engine.stop()
    }

    @Test("with skip, later deliveries go on and the one that failed comes when it is due")
    func skip() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("state.db")
        let isOpen = Mutex(false)
        let action = ScriptedAction { attempt in
            attempt.event.sequence == 1 && !isOpen.withLock { $0 } ? .unavailable(retryAfter: nil) : .delivered
        }
        let patient = Array(repeating: Duration.milliseconds(5), count: 10_000)
        let engine = try EngineFixture(
            statePath: path, targets: [.init(name: "billing", action: action, schedule: patient)], onFailure: .skip)
        try engine.place(["order/1", "order/1", "order/1"], from: 1)
        #expect(action.wait { $0.accepted.map(\.event.sequence) == [2, 3] })
        try engine.place(["order/1"], from: 4)
        #expect(action.wait { $0.accepted.map(\.event.sequence) == [2, 3, 4] })
        isOpen.withLock { $0 = true }
        #expect(action.wait { $0.accepted.map(\.event.sequence) == [2, 3, 4, 1] })
        engine.stop()
        #expect(action.mostActiveOfOneSubject == 1)
    }

    @Test("with skip, a new start passes over what is deferred in the file")
    func skipAfterStart() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("state.db")
        let refusing = ScriptedAction { _ in .unavailable(retryAfter: .hours(1)) }
        let first = try EngineFixture(
            statePath: path, targets: [.init(name: "billing", action: refusing)], onFailure: .skip)
        try first.place(["order/1", "order/1"], from: 1)
        #expect(first.settled.wait { (try? deferred(path)) == 2 })
        first.stop()

        let second = ScriptedAction { _ in .delivered }
        let engine = try EngineFixture(
            statePath: path, targets: [.init(name: "billing", action: second)], onFailure: .skip)
        try engine.place(["order/1"], from: 3)
        #expect(second.wait { $0.accepted.map(\.event.sequence) == [3] })
        engine.stop()

        // With block again, a new delivery waits behind those two.
        let third = ScriptedAction { _ in .delivered }
        let blocking = try EngineFixture(statePath: path, targets: [.init(name: "billing", action: third)])
        try blocking.place(["order/1", "order/2"], from: 4)
        #expect(third.wait { $0.accepted.map(\.event.subject) == ["order/2"] })
        blocking.stop()
    }

    @Test("with skip and random failures nothing is lost and no two of a lane go together", arguments: [1, 2, 3])
    func randomFailures(seed: UInt64) throws {
        let folder = try TemporaryFolder()
        let generator = Mutex(SeededGenerator(seed: seed))
        let action = ScriptedAction { _ in
            generator.withLock { Int.random(in: 0..<4, using: &$0) } == 0
                ? .unavailable(retryAfter: nil) : .delivered
        }
        let patient = Array(repeating: Duration.milliseconds(1), count: 60)
        let engine = try EngineFixture(
            statePath: folder.file("state.db"), targets: [.init(name: "billing", action: action, schedule: patient)],
            onFailure: .skip)
        for batch in 0..<10 {
            try engine.place((0..<150).map { "order/\($0 % 23)" }, from: Int64(batch * 150 + 1))
        }
        #expect(action.wait { $0.accepted.count == 1500 }, "seed \(seed)")
        engine.stop()
        #expect(Set(action.accepted.map(\.event.sequence)).count == 1500, "seed \(seed)")
        #expect(action.mostActiveOfOneSubject == 1, "seed \(seed)")
    }

    @Test("a rate spreads the attempts of its target and of no other")
    func rate() throws {
        let folder = try TemporaryFolder()
        let slow = ScriptedAction { _ in .delivered }
        let fast = ScriptedAction { _ in .delivered }
        let engine = try EngineFixture(
            statePath: folder.file("state.db"),
            targets: [
                .init(name: "slow", action: slow, rate: Rate(20, per: .second)), .init(name: "fast", action: fast),
            ])
        let begin = SystemTimekeeper().monotonic()
        try engine.place((0..<12).map { "order/\($0)" }, from: 1)
        #expect(fast.wait { $0.accepted.count == 12 })
        #expect(slow.wait { $0.accepted.count == 12 })
        // Two at once, then one every 50 ms.
        #expect(SystemTimekeeper().monotonic() - begin >= 500_000_000)
        engine.stop()
    }

    private func deferred(_ path: String) throws -> Int {
        try StateQueries(path: path).deliveries(DeliveryFilter(state: .deferred), limit: 100).count
    }
}
