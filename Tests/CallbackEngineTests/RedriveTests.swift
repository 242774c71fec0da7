import CallbackCore
import CallbackEngine
import CallbackStore
import CallbackTestKit
import Synchronization
import Testing

@Suite("redriven dead letters")
struct RedriveTests {
    private func bySubject(_ attempts: [Attempt]) -> [String: [Int64]] {
        Dictionary(grouping: attempts, by: \.event.subject).mapValues { $0.map(\.event.sequence) }
    }

    private func dead(_ path: String) throws -> [DeliveryID] {
        try StateQueries(path: path).deadLetters(DeadFilter(), after: nil, limit: 100_000)
    }

    @Test("10,000 that are redriven while others come are all delivered once, in order within each lane")
    func many() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("state.db")
        let isOpen = Mutex(false)
        let action = ScriptedAction { _ in isOpen.withLock { $0 } ? .delivered : .refused }
        let engine = try EngineFixture(
            statePath: path, targets: [.init(name: "billing", action: action, concurrency: 32)])
        let (count, lanes) = (10_000, 200)
        for batch in 0..<20 {
            try engine.place((0..<500).map { "order/\($0 % lanes)" }, from: Int64(batch * 500 + 1))
        }
        #expect(engine.settled.wait { (try? dead(path).count) == count })
        isOpen.withLock { $0 = true }
        let letters = try dead(path)
        var position = count
        for start in stride(from: 0, to: count, by: 1000) {
            try engine.place((0..<lanes).map { "order/\($0)" }, from: Int64(position + 1))
            position += lanes
            let ids = letters[start..<start + 1000].map(\.description)
            let answer = await engine.dispatcher.perform(.redrive(ids))
            #expect(answer.allDone)
        }
        let all = position
        #expect(action.wait { $0.accepted.count == all })
        engine.stop()
        #expect(Set(action.accepted.map(\.webhookID)).count == all)
        #expect(action.mostActiveOfOneSubject == 1)
        for (subject, sequences) in bySubject(action.accepted) {
            let redriven = sequences.filter { $0 <= Int64(count) }
            let fresh = sequences.filter { $0 > Int64(count) }
            #expect(redriven == redriven.sorted(), "\(subject)")
            #expect(fresh == fresh.sorted(), "\(subject)")
        }
    }

    @Test("one that fails again stops the redriven ones behind it, and what is new in its lane")
    func failsAgain() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("state.db")
        let isOpen = Mutex(false)
        let failures = Mutex(0)
        let action = ScriptedAction { attempt in
            guard isOpen.withLock({ $0 }) else { return .refused }
            guard attempt.event.sequence == 1 else { return .delivered }
            return failures.withLock {
                $0 += 1
                return $0
            } < 4 ? .unavailable(retryAfter: nil) : .delivered
        }
        let engine = try EngineFixture(
            statePath: path,
            targets: [
                .init(
                    name: "billing", action: action,
                    schedule: [.milliseconds(30), .milliseconds(30), .milliseconds(30), .milliseconds(30)])
            ])
        try engine.place(Array(repeating: "order/1", count: 4), from: 1)
        #expect(engine.settled.wait { (try? dead(path).count) == 4 })
        isOpen.withLock { $0 = true }
        // The later ones first: each is due by itself until an earlier one of its lane comes.
        for id in ["4-1", "3-1", "2-1", "1-1"] {
            _ = await engine.dispatcher.perform(.pause(target: "billing"))
            _ = await engine.dispatcher.perform(.redrive([id]))
        }
        try engine.place(["order/1", "order/2"], from: 5)
        _ = await engine.dispatcher.perform(.resume(target: "billing"))
        #expect(action.wait { $0.accepted.count == 6 })
        engine.stop()
        let order = action.accepted.filter { $0.event.subject == "order/1" }.map(\.event.sequence)
        #expect(order == [1, 2, 3, 4, 5])
    }

    @Test("after a start with nothing that waits, all that is redriven of one lane is found")
    func afterStart() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("state.db")
        let refusing = ScriptedAction { _ in .refused }
        let first = try EngineFixture(statePath: path, targets: [.init(name: "billing", action: refusing)])
        try first.place(Array(repeating: "order/1", count: 4), from: 1)
        #expect(first.settled.wait { (try? dead(path).count) == 4 })
        first.stop()
        let action = ScriptedAction { _ in .delivered }
        let engine = try EngineFixture(statePath: path, targets: [.init(name: "billing", action: action)])
        // Its answer says that the dispatcher has read the empty queue.
        _ = await engine.dispatcher.targetLines()
        _ = await engine.dispatcher.perform(.redrive(["1-1", "2-1", "3-1", "4-1"]))
        #expect(action.wait { $0.accepted.count == 4 })
        engine.stop()
        #expect(action.accepted.map(\.event.sequence) == [1, 2, 3, 4])
    }

    @Test("what stands behind a redriven one that is cancelled is not forgotten")
    func cancelled() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("state.db")
        let isOpen = Mutex(false)
        let action = ScriptedAction { _ in isOpen.withLock { $0 } ? .delivered : .refused }
        let engine = try EngineFixture(statePath: path, targets: [.init(name: "billing", action: action)])
        try engine.place(Array(repeating: "order/1", count: 3), from: 1)
        #expect(engine.settled.wait { (try? dead(path).count) == 3 })
        isOpen.withLock { $0 = true }
        _ = await engine.dispatcher.perform(.pause(target: "billing"))
        _ = await engine.dispatcher.perform(.redrive(["1-1", "2-1", "3-1"]))
        let cancelled = await engine.dispatcher.perform(.cancel(["1-1"]))
        #expect(cancelled.allDone)
        _ = await engine.dispatcher.perform(.resume(target: "billing"))
        #expect(action.wait { $0.accepted.count == 2 })
        engine.stop()
        #expect(action.accepted.map(\.event.sequence) == [2, 3])
    }

    @Test("where a rule lets others pass, what is redriven and fails again is neither lost nor sent twice")
    func skipping() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("state.db")
        let isOpen = Mutex(false)
        let generator = Mutex(SeededGenerator(seed: 7))
        let action = ScriptedAction { _ in
            guard isOpen.withLock({ $0 }) else { return .refused }
            return generator.withLock { Int.random(in: 0..<3, using: &$0) } == 0
                ? .unavailable(retryAfter: nil) : .delivered
        }
        let patient = Array(repeating: Duration.milliseconds(1), count: 60)
        let engine = try EngineFixture(
            statePath: path, targets: [.init(name: "billing", action: action, schedule: patient)], onFailure: .skip)
        let (count, lanes) = (600, 11)
        try engine.place((0..<count).map { "order/\($0 % lanes)" }, from: 1)
        #expect(engine.settled.wait { (try? dead(path).count) == count })
        isOpen.withLock { $0 = true }
        let letters = try dead(path)
        for start in stride(from: 0, to: count, by: 100) {
            try engine.place((0..<lanes).map { "order/\($0)" }, from: Int64(count + start / 100 * lanes + 1))
            let answer = await engine.dispatcher.perform(.redrive(letters[start..<start + 100].map(\.description)))
            #expect(answer.allDone)
        }
        let all = count + count / 100 * lanes
        #expect(action.wait { $0.accepted.count == all })
        let healed = await engine.dispatcher.targetLines().map(\.healed)
        engine.stop()
        #expect(healed == [0])
        #expect(Set(action.accepted.map(\.webhookID)).count == all)
        #expect(action.mostActiveOfOneSubject == 1)
    }
}
