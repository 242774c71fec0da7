import CallbackCore
import CallbackEngine
import CallbackStore
import CallbackTestKit
import Synchronization
import Testing

@Suite("The sweeper")
struct SweeperTests {
    private func healed(_ engine: EngineFixture) async -> Int {
        await engine.dispatcher.targetLines().map(\.healed).reduce(0, +)
    }

    @Test(
        "deliveries whose arrival was never told are found, delivered in order and counted", arguments: [true, false])
    func lostArrival(ordered: Bool) async throws {
        let folder = try TemporaryFolder()
        let action = ScriptedAction { _ in .delivered }
        let drops = Mutex(false)
        let engine = try EngineFixture(
            statePath: folder.file("state.db"), targets: [.init(name: "billing", action: action)], ordered: ordered,
            sweepEvery: .milliseconds(5)
        ) { committed in
            var committed = committed
            if drops.withLock({ $0 }) { committed.queued = [] }
            return committed
        }
        try engine.place(["order/1"], from: 1)
        #expect(action.wait { $0.accepted.count == 1 })
        drops.withLock { $0 = true }
        try engine.place(["order/1", "order/1", "order/2"], from: 2)
        #expect(action.wait { $0.accepted.count == 4 })
        #expect(await healed(engine) > 0)
        engine.stop()
        let first = action.accepted.filter { $0.event.subject == "order/1" }.map(\.event.sequence)
        if ordered { #expect(first == [1, 2, 3]) }
        #expect(Set(action.accepted.map(\.webhookID)).count == 4)
    }

    @Test("a deferred delivery whose time came unnoticed is found")
    func lostDueTime() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("state.db")
        let action = ScriptedAction { $0.number == 1 ? .unavailable(retryAfter: .hours(1)) : .delivered }
        let engine = try EngineFixture(
            statePath: path, targets: [.init(name: "billing", action: action)], sweepEvery: .milliseconds(5))
        try engine.place(["order/1", "order/1"], from: 1)
        #expect(engine.settled.wait { (try? Self.deferred(path)) == 1 })
        #expect(await healed(engine) == 0)
        // Nobody tells the dispatcher of this.
        _ = try Shell.run(
            "/usr/bin/sqlite3", [path, "PRAGMA busy_timeout = 5000; UPDATE queue SET due = 1 WHERE state = 1"])
        #expect(action.wait { $0.accepted.count >= 1 })
        #expect(await healed(engine) == 1)
        engine.stop()
        #expect(action.accepted.first?.event.sequence == 1)
    }

    @Test("what is paused, held, deferred or behind one of these is not taken for forgotten")
    func quiet() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("state.db")
        let action = ScriptedAction { $0.event.subject == "order/1" ? .unavailable(retryAfter: .hours(1)) : .delivered }
        let sweeps = Arrivals()
        let engine = try EngineFixture(
            statePath: path, targets: [.init(name: "billing", action: action)], sweepEvery: .milliseconds(1))
        try engine.place(["order/1", "order/1", "order/2", "order/3"], from: 1)
        #expect(engine.settled.wait { (try? Self.deferred(path)) == 1 })
        #expect(await engine.dispatcher.perform(.hold(["1-1"])).allDone)
        // Each status goes through the dispatcher's turn, and a turn sweeps when its millisecond is over.
        for _ in 0..<200 {
            #expect(await healed(engine) == 0)
            sweeps.note()
        }
        engine.stop()
    }

    @Test(
        "over random failures, pauses, holds, retries, redrives and reloads it finds nothing, and all is delivered in order",
        arguments: [11, 12, 13, 14])
    func findsNothing(seed: UInt64) async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("state.db")
        let generator = Mutex(SeededGenerator(seed: seed))
        let calm = Mutex(false)
        let action = ScriptedAction { _ in
            if calm.withLock({ $0 }) { return .delivered }
            return switch generator.withLock({ Int.random(in: 0..<10, using: &$0) }) {
            case 0...2: .unavailable(retryAfter: nil)
            case 3: .refused
            default: .delivered
            }
        }
        let plan = EngineFixture.TargetPlan(
            name: "billing", action: action, schedule: Array(repeating: .milliseconds(1), count: 8))
        let engine = try EngineFixture(statePath: path, targets: [plan], sweepEvery: .milliseconds(1))
        var random = SeededGenerator(seed: seed &+ 99)
        var position: Int64 = 1
        for round in 0..<60 {
            let count = Int.random(in: 1...60, using: &random)
            try engine.place((0..<count).map { _ in "order/\(Int.random(in: 0..<15, using: &random))" }, from: position)
            position += Int64(count)
            let one = "\(Int64.random(in: 1..<position, using: &random))-1"
            switch Int.random(in: 0..<8, using: &random) {
            case 0: _ = await engine.dispatcher.perform(.pause(target: "billing"))
            case 1: _ = await engine.dispatcher.perform(.resume(target: "billing"))
            case 2: _ = await engine.dispatcher.perform(.hold([one]))
            case 3: _ = await engine.dispatcher.perform(.retry([one]))
            case 4:
                _ = await engine.dispatcher.perform(
                    .redrive(try ids(path, "SELECT event || '-1' FROM ledger WHERE state = 6 LIMIT 5")))
            case 5:
                // The rule goes, which parks everything, and comes back.
                try engine.reload(rules: ["another"], targets: [plan])
                try engine.reload(rules: ["every-order"], targets: [plan])
            default: break
            }
            if round % 10 == 0 {
                _ = await engine.dispatcher.perform(
                    .release(try ids(path, "SELECT event || '-1' FROM queue WHERE state = 2")))
            }
        }
        calm.withLock { $0 = true }
        _ = await engine.dispatcher.perform(.resume(target: "billing"))
        _ = await engine.dispatcher.perform(.release(try ids(path, "SELECT event || '-1' FROM queue WHERE state = 2")))
        let isEmpty = engine.settled.wait { engine.loop.queueLine.deliveries == 0 }
        #expect(isEmpty, "seed \(seed): \(engine.loop.queueLine.deliveries) still wait")
        #expect(await healed(engine) == 0, "seed \(seed)")
        engine.stop()
        #expect(action.mostActiveOfOneSubject == 1)
        #expect(try ids(path, "SELECT sequence FROM events EXCEPT SELECT event FROM ledger").isEmpty)
    }

    private static func deferred(_ path: String) throws -> Int {
        try QueueReader(path: path).due(target: 1, at: Timestamp(milliseconds: .max), limit: 1000).count
    }

    private func ids(_ path: String, _ sql: String) throws -> [String] {
        try Shell.run("/usr/bin/sqlite3", ["-cmd", ".timeout 5000", path, sql]).output.split(separator: "\n")
            .map(String.init)
    }
}
