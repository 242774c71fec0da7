import CallbackCore
import CallbackStore
import CallbackTestKit
import Testing

@testable import CallbackEngine

@Suite("The loop guard")
struct LoopGuardTests {
    private static let minute = Timestamp(milliseconds: 60_000 * 1000)

    @Test("a subject may give as many events in a minute as the limit says, and is noticed once")
    func limit() {
        var guardian = LoopGuard(limit: 3, held: [])
        var verdicts = (0..<5).map { _ in guardian.judge("plan/1", of: "panel", at: Self.minute) }
        #expect(verdicts == [.goesOn, .goesOn, .goesOn, .noticed, .held])
        verdicts = [
            guardian.judge("plan/2", of: "panel", at: Self.minute),
            guardian.judge("plan/1", of: "shop", at: Self.minute),
        ]
        #expect(verdicts == [.goesOn, .goesOn])
    }

    @Test("the next minute begins anew, but not for a subject that is held")
    func nextMinute() {
        var guardian = LoopGuard(limit: 2, held: [])
        for _ in 0..<3 { _ = guardian.judge("plan/1", of: "panel", at: Self.minute) }
        for _ in 0..<2 { _ = guardian.judge("plan/2", of: "panel", at: Self.minute) }
        let next = Self.minute + .minutes(1)
        #expect(guardian.judge("plan/1", of: "panel", at: next) == .held)
        #expect(guardian.judge("plan/2", of: "panel", at: next) == .goesOn)
        guardian.release("plan/1")
        #expect(guardian.judge("plan/1", of: "panel", at: next) == .goesOn)
    }

    @Test("no limit means that nothing is counted")
    func noLimit() {
        var guardian = LoopGuard(limit: 0, held: [])
        for _ in 0..<10_000 { #expect(guardian.judge("plan/1", of: "panel", at: Self.minute) == .goesOn) }
    }

    @Test("a hundred thousand other subjects in the same minute make nobody suspicious")
    func manySubjects() {
        var guardian = LoopGuard(limit: 20, held: [])
        for round in 0..<4 {
            for subject in 0..<100_000 {
                let verdict = guardian.judge("plan/\(subject)", of: "panel", at: Self.minute)
                guard verdict != .goesOn else { continue }
                Issue.record("plan/\(subject) is \(verdict) in round \(round)")
                return
            }
        }
    }

    @Test("what a spinning subject gives is held, others go on, and a release sends all of it in order")
    func held() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("state.db")
        let action = ScriptedAction { _ in .delivered }
        let engine = try EngineFixture(
            statePath: path, targets: [.init(name: "billing", action: action)], subjectEvents: 10)
        try engine.place(Array(repeating: "order/1", count: 25) + ["order/2"], from: 1)
        #expect(action.wait { $0.accepted.count == 11 })
        let inQueue = try StateQueries(path: path).deliveries(DeliveryFilter(state: .held), limit: 100)
        #expect(inQueue.count == 15)
        #expect(try engine.file.heldSubjects() == [HeldSubject(source: "shop", subject: "order/1")])
        #expect(engine.intake.heldSubjects() == ["order/1"])

        // Later events of the subject stay behind, also those that would be within the limit again.
        try engine.place(["order/1", "order/3"], from: 27)
        #expect(action.wait { $0.accepted.contains { $0.event.subject == "order/3" } })
        #expect(!action.accepted.contains { $0.event.sequence > 27 && $0.event.subject == "order/1" })

        engine.intake.release(subject: "order/1")
        let answer = await engine.dispatcher.perform(.releaseSubject("order/1"))
        #expect(answer.items.map(\.words) == ["released, deliveries: 16"])
        #expect(action.wait { $0.accepted.count == 28 })
        let sequences = action.accepted.filter { $0.event.subject == "order/1" }.map(\.event.sequence)
        #expect(sequences == sequences.sorted())
        #expect(try engine.file.heldSubjects().isEmpty)
        let again = await engine.dispatcher.perform(.releaseSubject("order/1"))
        #expect(!again.allDone)
        engine.stop()
    }

    @Test("a restart knows which subjects are held")
    func restart() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("state.db")
        let first = ScriptedAction { _ in .delivered }
        let engine = try EngineFixture(
            statePath: path, targets: [.init(name: "billing", action: first)], subjectEvents: 1)
        try engine.place(["order/1", "order/1", "order/2"], from: 1)
        // The outcomes must be on disk before the threads end.
        let delivered = DeliveryFilter(state: .delivered)
        #expect(engine.settled.wait { (try? StateQueries(path: path).deliveries(delivered, limit: 9).count) == 2 })
        engine.stop()

        let second = ScriptedAction { _ in .delivered }
        let next = try EngineFixture(
            statePath: path, targets: [.init(name: "billing", action: second)], subjectEvents: 1)
        try next.place(["order/1", "order/3"], from: 4)
        #expect(next.intake.heldSubjects() == ["order/1"])
        #expect(second.wait { $0.accepted.map(\.event.subject) == ["order/3"] })
        #expect(next.intake.heldSubjects() == ["order/1"])
        next.stop()
    }
}
