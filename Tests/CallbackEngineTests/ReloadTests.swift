import CallbackCore
import CallbackEngine
import CallbackStore
import CallbackTestKit
import Synchronization
import Testing

@Suite("Going over to another configuration")
struct ReloadTests {
    private func names(_ rules: [String], _ targets: [TargetName]) -> CurrentNames {
        CurrentNames(rules: Set(rules.map { RuleName($0) }), targets: Set(targets))
    }

    @Test("what a rule that is gone has queued waits, keeps its place before later events, and goes on")
    func ruleAway() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("state.db")
        let isOpen = Mutex(false)
        let action = ScriptedAction { _ in isOpen.withLock { $0 } ? .delivered : .unavailable(retryAfter: nil) }
        let plan = EngineFixture.TargetPlan(
            name: "billing", action: action, schedule: Array(repeating: .milliseconds(1), count: 5000))
        let engine = try EngineFixture(statePath: path, targets: [plan])
        try engine.place(["order/1", "order/2", "order/3"], from: 1)
        #expect(action.wait { $0.attempts > 3 })
        #expect(try engine.reload(rules: ["other"], targets: [plan]) == 2)
        // Its answer says that nothing of the rule begins any more; what had begun still fails.
        _ = await engine.dispatcher.targetLines()
        #expect(action.wait { $0.together == 0 })
        isOpen.withLock { $0 = true }
        try engine.place(["order/1", "order/9"], from: 4)
        #expect(action.wait { $0.accepted.contains { $0.event.subject == "order/9" } })
        #expect(try StateQueries(path: path).parked(by: names(["other"], ["billing"])) == 3)
        #expect(try engine.reload(rules: ["other", "every-order"], targets: [plan]) == 3)
        #expect(action.wait { $0.accepted.count == 5 })
        engine.stop()
        let first = action.accepted.filter { $0.event.subject == "order/1" }.map(\.event.sequence)
        #expect(first == [1, 4])
        #expect(action.mostActiveOfOneSubject == 1)
        #expect(Set(action.accepted.map(\.webhookID)).count == 5)
    }

    @Test("a target that goes away finishes what it began, is told nothing more, and goes on paused as it was")
    func targetAway() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("state.db")
        let gate = Mailbox<Void>(timekeeper: SystemTimekeeper())
        let first = Mutex(true)
        let action = ScriptedAction { _ in
            let isFirst = first.withLock { first in
                defer { first = false }
                return first
            }
            if isFirst { _ = gate.take(until: nil) }
            return .delivered
        }
        let spare = EngineFixture.TargetPlan(name: "spare", action: ScriptedAction { _ in .delivered })
        let plan = EngineFixture.TargetPlan(name: "billing", action: action, concurrency: 1)
        let engine = try EngineFixture(statePath: path, targets: [plan])
        try engine.place(["order/1", "order/1", "order/2"], from: 1)
        #expect(action.wait { $0.attempts == 1 })
        #expect(try engine.reload(rules: ["every-order"], targets: [spare]) == 2)
        let lines = await engine.dispatcher.targetLines()
        #expect(lines.map(\.name) == ["spare"])
        gate.post(())
        #expect(action.wait { $0.accepted.count == 1 })
        #expect(engine.settled.wait { (try? waiting(path)) == 2 })
        let paused = await engine.dispatcher.perform(.pause(target: "billing"))
        #expect(paused.allDone)
        #expect(try engine.reload(rules: ["every-order"], targets: [plan]) == 3)
        let back = await engine.dispatcher.targetLines()
        #expect(back.map(\.paused) == [true])
        #expect(action.attempts == 1)
        let resumed = await engine.dispatcher.perform(.resume(target: "billing"))
        #expect(resumed.allDone)
        #expect(action.wait { $0.accepted.count == 3 })
        engine.stop()
        spare.action.end()
        #expect(action.attempts == 3)
        #expect(action.accepted.map(\.event.sequence) == [1, 2, 3])
    }

    @Test("an attempt that was written down before it began ends as it would have, whatever is reloaded meanwhile")
    func notedAttempt() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("state.db")
        let gate = Mailbox<Void>(timekeeper: SystemTimekeeper())
        let action = ScriptedAction { _ in
            _ = gate.take(until: nil)
            return .delivered
        }
        let plan = EngineFixture.TargetPlan(name: "billing", action: action, concurrency: 1, isAtMostOnce: true)
        let engine = try EngineFixture(statePath: path, targets: [plan])
        try engine.place(["order/1", "order/2"], from: 1)
        #expect(action.wait { $0.attempts == 1 })
        #expect(try engine.reload(rules: ["every-order", "other"], targets: [plan]) == 2)
        gate.post(())
        #expect(action.wait { $0.attempts == 2 })
        gate.post(())
        #expect(action.wait { $0.accepted.count == 2 })
        #expect(engine.settled.wait { (try? waiting(path)) == 0 })
        engine.stop()
        #expect(action.attempts == 2)
        let file = try StateFile(path: path)
        #expect(try file.recoverIntents(now: SystemTimekeeper().now()) { _, _ in nil }.isEmpty)
        let states = try StateQueries(path: path).deliveries(DeliveryFilter(), limit: 9).map(\.state)
        #expect(states == [.delivered, .delivered])
    }

    @Test("reloads back and forth while events come lose nothing and repeat nothing, and no subject loses its order")
    func backAndForth() throws {
        let folder = try TemporaryFolder()
        let action = ScriptedAction { _ in .delivered }
        let plan = EngineFixture.TargetPlan(name: "billing", action: action)
        let engine = try EngineFixture(statePath: folder.file("state.db"), targets: [plan])
        let rounds = 40
        for round in 0..<rounds {
            try engine.place((0..<50).map { "order/\($0 % 7)" }, from: Int64(round * 50 + 1))
            try engine.reload(rules: [round.isMultiple(of: 2) ? "odd" : "every-order"], targets: [plan])
        }
        try engine.reload(rules: ["odd", "every-order"], targets: [plan])
        #expect(action.wait { $0.accepted.count == rounds * 50 })
        engine.stop()
        #expect(action.attempts == rounds * 50)
        #expect(action.mostActiveOfOneSubject == 1)
        for (subject, attempts) in Dictionary(grouping: action.accepted, by: \.event.subject) {
            let sequences = attempts.map(\.event.sequence)
            #expect(sequences == sequences.sorted(), "\(subject) was out of order")
        }
    }

    private func waiting(_ path: String) throws -> Int {
        try StateQueries(path: path).parked(by: names([], []))
    }
}
