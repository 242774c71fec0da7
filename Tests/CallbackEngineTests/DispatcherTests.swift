import CallbackCore
import CallbackEngine
import CallbackStore
import CallbackTestKit
import Synchronization
import Testing

@Suite("The dispatcher")
struct DispatcherTests {
    private func subjects(_ count: Int, lanes: Int) -> [String] { (0..<count).map { "order/\($0 % lanes)" } }

    /// The positions that a target accepted, by subject.
    private func bySubject(_ action: ScriptedAction) -> [String: [Int64]] {
        var found: [String: [Int64]] = [:]
        for attempt in action.accepted { found[attempt.event.subject, default: []].append(attempt.event.sequence) }
        return found
    }

    @Test("everything is delivered once, in order for each subject")
    func deliversInOrder() throws {
        let folder = try TemporaryFolder()
        let action = ScriptedAction { _ in .delivered }
        let engine = try EngineFixture(
            statePath: folder.file("state.db"), targets: [.init(name: "billing", action: action)])
        for batch in 0..<20 { try engine.place(subjects(100, lanes: 7), from: Int64(batch * 100 + 1)) }
        #expect(action.wait { $0.accepted.count == 2000 })
        engine.stop()
        #expect(Set(action.accepted.map(\.webhookID)).count == 2000)
        for (subject, sequences) in bySubject(action) {
            #expect(sequences == sequences.sorted(), "\(subject) was out of order")
        }
        #expect(action.mostActiveOfOneSubject == 1)
        #expect(action.mostTogether <= 8)
    }

    @Test("random failures delay their own subject only, and never change its order", arguments: [1, 2, 3])
    func randomFailures(seed: UInt64) throws {
        let folder = try TemporaryFolder()
        let generator = Mutex(SeededGenerator(seed: seed))
        let action = ScriptedAction { _ in
            generator.withLock { Int.random(in: 0..<4, using: &$0) } == 0
                ? .unavailable(retryAfter: nil) : .delivered
        }
        let patient = Array(repeating: Duration.milliseconds(1), count: 60)
        let engine = try EngineFixture(
            statePath: folder.file("state.db"),
            targets: [.init(name: "billing", action: action, schedule: patient)])
        for batch in 0..<10 { try engine.place(subjects(150, lanes: 23), from: Int64(batch * 150 + 1)) }
        #expect(action.wait { $0.accepted.count == 1500 }, "seed \(seed)")
        engine.stop()
        for (subject, sequences) in bySubject(action) {
            #expect(sequences == sequences.sorted(), "\(subject) was out of order, seed \(seed)")
        }
        #expect(action.mostActiveOfOneSubject == 1)
    }

    @Test("a new start goes on with what waits: nothing is lost, what was settled is not sent again")
    func goesOnAfterStop() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("state.db")
        let refusing = ScriptedAction { $0.event.sequence % 3 == 0 ? .unavailable(retryAfter: .hours(1)) : .delivered }
        let first = try EngineFixture(statePath: path, targets: [.init(name: "billing", action: refusing)])
        try first.place(subjects(300, lanes: 300), from: 1)
        #expect(refusing.wait { $0.attempts == 300 })
        // The outcomes of the last attempts must be on disk before the threads end.
        #expect(first.settled.wait { (try? deferred(path)) == 100 })
        first.stop()
        #expect(refusing.accepted.count == 200)

        let second = ScriptedAction { _ in .delivered }
        let engine = try EngineFixture(statePath: path, targets: [.init(name: "billing", action: second)])
        try engine.place(["order/new"], from: 301)
        #expect(second.wait { $0.accepted.count == 1 })
        let ids = try dead(path)
        #expect(ids.isEmpty)
        let answer = try retryAll(engine, path)
        #expect(answer == 100)
        #expect(second.wait { $0.accepted.count == 101 })
        engine.stop()
        let all = refusing.accepted + second.accepted
        #expect(Set(all.map(\.webhookID)).count == all.count)
        #expect(all.count == 301)
    }

    @Test("a backlog larger than memory's window is delivered completely")
    func largeBacklog() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("state.db")
        let count = 6000
        let gate = Mutex(false)
        let action = ScriptedAction { _ in gate.withLock { $0 } ? .delivered : .unavailable(retryAfter: nil) }
        let patient = Array(repeating: Duration.milliseconds(5), count: 2000)
        let engine = try EngineFixture(
            statePath: path, targets: [.init(name: "billing", action: action, schedule: patient)])
        for batch in 0..<(count / 500) { try engine.place(subjects(500, lanes: 50), from: Int64(batch * 500 + 1)) }
        gate.withLock { $0 = true }
        #expect(action.wait { $0.accepted.count == count })
        engine.stop()
        for (_, sequences) in bySubject(action) { #expect(sequences == sequences.sorted()) }
    }

    @Test("a broken target delays only itself")
    func brokenTargetAlone() throws {
        let folder = try TemporaryFolder()
        let broken = ScriptedAction { _ in .unavailable(retryAfter: .hours(1)) }
        let healthy = ScriptedAction { _ in .delivered }
        let engine = try EngineFixture(
            statePath: folder.file("state.db"),
            targets: [.init(name: "broken", action: broken), .init(name: "healthy", action: healthy)])
        try engine.place(subjects(500, lanes: 500), from: 1)
        #expect(healthy.wait { $0.accepted.count == 500 })
        engine.stop()
    }

    @Test("an exhausted schedule and a refusal end in the dead letters, and the lane goes on")
    func deadLetters() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("state.db")
        let action = ScriptedAction { attempt in
            switch attempt.event.sequence {
            case 1: .unavailable(retryAfter: nil)
            case 2: .refused
            default: .delivered
            }
        }
        let engine = try EngineFixture(statePath: path, targets: [.init(name: "billing", action: action)])
        try engine.place(["order/1", "order/1", "order/1"], from: 1)
        #expect(action.wait { $0.accepted.map(\.event.sequence) == [3] })
        #expect(engine.settled.wait { (try? dead(path).count) == 2 })
        #expect(action.attempts == 4 + 1 + 1)
        engine.stop()
    }

    @Test("no more deliveries are in flight than the limit over all targets allows")
    func globalLimit() throws {
        let folder = try TemporaryFolder()
        let action = ScriptedAction { _ in .delivered }
        let engine = try EngineFixture(
            statePath: folder.file("state.db"),
            targets: [.init(name: "billing", action: action, concurrency: 100)], inFlightLimit: 5, ordered: false)
        try engine.place(subjects(500, lanes: 1), from: 1)
        #expect(action.wait { $0.accepted.count == 500 })
        engine.stop()
        #expect(action.mostTogether <= 5)
    }

    @Test("a held delivery stops its lane, and its release lets both go in order")
    func holdAndRelease() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("state.db")
        let action = ScriptedAction { attempt in
            attempt.event.sequence == 1 && attempt.number == 1
                ? .unavailable(retryAfter: .hours(1)) : .delivered
        }
        let engine = try EngineFixture(statePath: path, targets: [.init(name: "billing", action: action)])
        try engine.place(["order/1", "order/1", "order/2"], from: 1)
        #expect(engine.settled.wait { (try? deferred(path)) == 1 })
        let held = await engine.dispatcher.perform(.hold(["1-1"]))
        #expect(held.allDone)
        let busy = await engine.dispatcher.perform(.retry(["2-1"]))
        #expect(!busy.allDone)
        let released = await engine.dispatcher.perform(.release(["1-1"]))
        #expect(released.allDone)
        #expect(action.wait { $0.accepted.count == 3 })
        #expect(action.accepted.filter { $0.event.subject == "order/1" }.map(\.event.sequence) == [1, 2])
        engine.stop()
    }

    @Test("a cancelled head frees its lane, a redriven dead letter is sent with the same webhook-id")
    func cancelAndRedrive() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("state.db")
        let isOpen = Mutex(false)
        let seen = Mutex<[String]>([])
        let action = ScriptedAction { attempt in
            seen.withLock { $0.append(attempt.webhookID) }
            switch attempt.event.sequence {
            case 1: return .unavailable(retryAfter: .hours(1))
            case 3: return isOpen.withLock { $0 } ? .delivered : .refused
            default: return .delivered
            }
        }
        let engine = try EngineFixture(statePath: path, targets: [.init(name: "billing", action: action)])
        try engine.place(["order/1", "order/1", "order/3"], from: 1)
        #expect(action.wait { $0.attempts == 2 })
        #expect(engine.settled.wait { (try? dead(path)) == ["3-1"] })
        let cancelled = await engine.dispatcher.perform(.cancel(["1-1"]))
        #expect(cancelled.allDone)
        #expect(action.wait { $0.accepted.map(\.event.sequence) == [2] })
        isOpen.withLock { $0 = true }
        let redriven = await engine.dispatcher.perform(.redrive(["3-1"]))
        #expect(redriven.allDone)
        #expect(action.wait { $0.accepted.map(\.event.sequence).sorted() == [2, 3] })
        engine.stop()
        let ids = seen.withLock { $0 }
        #expect(Set(ids).count == 3)
    }

    @Test("dead letters of one lane that are redriven together go in commit order")
    func redriveInOrder() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("state.db")
        let isOpen = Mutex(false)
        let action = ScriptedAction { _ in isOpen.withLock { $0 } ? .delivered : .refused }
        let engine = try EngineFixture(statePath: path, targets: [.init(name: "billing", action: action)])
        try engine.place(Array(repeating: "order/1", count: 5), from: 1)
        #expect(engine.settled.wait { (try? dead(path).count) == 5 })
        isOpen.withLock { $0 = true }
        let answer = await engine.dispatcher.perform(.redrive(["4-1", "1-1", "3-1", "2-1", "5-1"]))
        #expect(answer.allDone)
        #expect(action.wait { $0.accepted.count == 5 })
        engine.stop()
        #expect(action.accepted.map(\.event.sequence) == [1, 2, 3, 4, 5])
        #expect(action.mostActiveOfOneSubject == 1)
    }

    @Test("a command that changes nothing leaves a delivery without an order where it was")
    func refusedCommandWithoutLane() async throws {
        let folder = try TemporaryFolder()
        let action = ScriptedAction { _ in .delivered }
        let engine = try EngineFixture(
            statePath: folder.file("state.db"), targets: [.init(name: "billing", action: action)], ordered: false)
        _ = await engine.dispatcher.perform(.pause(target: "billing"))
        try engine.place(["order/1", "order/2"], from: 1)
        // A held one that is released and a pending one that is retried both go once the target is resumed.
        #expect(await engine.dispatcher.perform(.hold(["1-1"])).allDone)
        #expect(await engine.dispatcher.perform(.release(["1-1"])).allDone)
        #expect(await !engine.dispatcher.perform(.retry(["2-1"])).allDone)
        _ = await engine.dispatcher.perform(.resume(target: "billing"))
        #expect(action.wait { $0.accepted.count == 2 })
        engine.stop()
    }

    @Test("a paused target is left alone, and gets everything once it is resumed")
    func pauseAndResume() async throws {
        let folder = try TemporaryFolder()
        let action = ScriptedAction { _ in .delivered }
        let engine = try EngineFixture(
            statePath: folder.file("state.db"), targets: [.init(name: "billing", action: action)])
        let paused = await engine.dispatcher.perform(.pause(target: "billing"))
        #expect(paused.allDone)
        try engine.place(subjects(50, lanes: 50), from: 1)
        let lines = await engine.dispatcher.targetLines()
        #expect(lines.map(\.paused) == [true])
        #expect(action.attempts == 0)
        _ = await engine.dispatcher.perform(.resume(target: "billing"))
        #expect(action.wait { $0.accepted.count == 50 })
        engine.stop()
    }

    private func dead(_ path: String) throws -> [String] {
        let tool = try Shell.run(
            "/usr/bin/sqlite3", [path, "SELECT event || '-' || ordinal FROM ledger WHERE state = 6 ORDER BY 1"])
        return tool.output.split(separator: "\n").map(String.init)
    }

    private func deferred(_ path: String) throws -> Int {
        try QueueReader(path: path).due(target: 1, at: Timestamp(milliseconds: .max), limit: 1000).count
    }

    private func retryAll(_ engine: EngineFixture, _ path: String) throws -> Int {
        let ids = try QueueReader(path: path)
            .page(target: 1, after: DeliveryID(event: 0, ordinal: 0), limit: 10_000).map(\.id.description)
        let done = Mutex(0)
        let arrivals = Arrivals()
        Task {
            let answer = await engine.dispatcher.perform(.retry(ids))
            done.withLock { $0 = answer.items.filter(\.done).count }
            arrivals.note()
        }
        _ = arrivals.wait { done.withLock { $0 } > 0 }
        return done.withLock { $0 }
    }
}
