import CallbackCore
import CallbackEngine
import CallbackStore
import CallbackTestKit
import Dispatch
import Synchronization
import Testing

@Suite("Deliveries to a failing target")
struct FailingTargetTests {
    private static let hasty = BreakerSettings(
        failures: 0.5, window: .seconds(1), minimum: 4, wait: .milliseconds(2), longest: .milliseconds(10))

    private func subjects(_ count: Int, lanes: Int) -> [String] { (0..<count).map { "order/\($0 % lanes)" } }

    @Test(
        "random failures, open breakers and a target that is disabled again and again lose and reorder nothing",
        arguments: [1, 2, 3, 4])
    func property(seed: UInt64) async throws {
        let folder = try TemporaryFolder()
        let generator = Mutex(SeededGenerator(seed: seed))
        let draw: @Sendable (Int) -> Bool = { chances in
            generator.withLock { Int.random(in: 0..<chances, using: &$0) } == 0
        }
        // Times in which nearly everything fails, and others in which nearly nothing does.
        let isBad = Mutex(false)
        let action = ScriptedAction { _ in
            let bad = isBad.withLock { bad in
                if draw(40) { bad.toggle() }
                return bad
            }
            return draw(bad ? 2 : 20) ? .unavailable(retryAfter: nil) : .delivered
        } disables: { _ in
            draw(20)
        }
        let patient = Array(repeating: Duration.milliseconds(1), count: 5000)
        let engine = try EngineFixture(
            statePath: folder.file("state.db"),
            targets: [.init(name: "billing", action: action, schedule: patient, breaker: Self.hasty)])
        for batch in 0..<6 { try engine.place(subjects(100, lanes: 17), from: Int64(batch * 100 + 1)) }
        let deadline = ContinuousClock.now + .seconds(60)
        while action.accepted.count < 600, ContinuousClock.now < deadline {
            // Each command waits for a commit, so this is no spinning.
            _ = await engine.dispatcher.perform(.enable(target: "billing"))
        }
        engine.stop()
        #expect(Set(action.accepted.map(\.webhookID)).count == 600, "seed \(seed)")
        #expect(action.accepted.count == 600, "seed \(seed)")
        for (subject, attempts) in Dictionary(grouping: action.accepted, by: \.event.subject) {
            let sequences = attempts.map(\.event.sequence)
            #expect(sequences == sequences.sorted(), "\(subject) was out of order, seed \(seed)")
        }
        #expect(action.mostActiveOfOneSubject == 1)
    }

    @Test("a disabled target keeps its delivery pending and gets nothing, also after a new start")
    func disabled() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("state.db")
        let gone = ScriptedAction({ _ in .unavailable(retryAfter: nil) }, disables: { _ in true })
        let first = try EngineFixture(
            statePath: path, targets: [.init(name: "billing", action: gone, concurrency: 1)])
        try first.place(subjects(20, lanes: 20), from: 1)
        #expect(first.settled.wait { (try? QueueReader(path: path).state(ofTarget: 1).disabled) != nil })
        let lines = await first.dispatcher.targetLines()
        #expect(lines.map(\.disabled?.reason) == ["gone"])
        #expect(gone.attempts == 1)
        first.stop()
        let waiting = try QueueReader(path: path).page(target: 1, after: .init(event: 0, ordinal: 0), limit: 100)
        #expect(waiting.count == 20 && waiting.allSatisfy { $0.state == .pending })

        let action = ScriptedAction { _ in .delivered }
        let second = try EngineFixture(statePath: path, targets: [.init(name: "billing", action: action)])
        #expect(await second.dispatcher.targetLines().map(\.disabled?.reason) == ["gone"])
        #expect(action.attempts == 0)
        #expect(await second.dispatcher.perform(.enable(target: "billing")).allDone)
        #expect(action.wait { $0.accepted.count == 20 })
        // The attempt that disabled it stands in the ledger and in no schedule.
        #expect(action.accepted.first?.number == 2)
        #expect(await !second.dispatcher.perform(.enable(target: "billing")).allDone)
        second.stop()
    }

    @Test("an open breaker survives a new start, and a retry closes it")
    func openBreaker() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("state.db")
        let slow = BreakerSettings(
            failures: 0.5, window: .minutes(1), minimum: 3, wait: .hours(1), longest: .hours(1))
        let broken = ScriptedAction { _ in .unavailable(retryAfter: nil) }
        let first = try EngineFixture(
            statePath: path, targets: [.init(name: "billing", action: broken, concurrency: 1, breaker: slow)])
        try first.place(subjects(10, lanes: 10), from: 1)
        #expect(first.settled.wait { (try? QueueReader(path: path).state(ofTarget: 1).openUntil) != nil })
        #expect(broken.attempts == 3)
        first.stop()

        let action = ScriptedAction { _ in .delivered }
        let second = try EngineFixture(
            statePath: path, targets: [.init(name: "billing", action: action, breaker: slow)])
        #expect(await second.dispatcher.targetLines().allSatisfy { $0.openUntil != nil })
        #expect(action.attempts == 0)
        #expect(await second.dispatcher.perform(.retry(["1-1"])).allDone)
        #expect(action.wait { $0.accepted.count == 10 })
        second.stop()
        #expect(try QueueReader(path: path).state(ofTarget: 1).openUntil == nil)
    }

    @Test("ten targets that never answer take nothing from the one that does")
    func hanging() throws {
        let folder = try TemporaryFolder()
        let gate = Gate()
        let stuck = (1...10).map { _ in
            ScriptedAction { _ in
                gate.wait()
                return .unavailable(retryAfter: .hours(1))
            }
        }
        let healthy = ScriptedAction { _ in .delivered }
        let hung = stuck.enumerated().map { index, action in
            EngineFixture.TargetPlan(name: TargetName("stuck-\(index)"), action: action)
        }
        let engine = try EngineFixture(
            statePath: folder.file("state.db"), targets: hung + [.init(name: "healthy", action: healthy)],
            inFlightLimit: 16, ordered: false)
        for batch in 0..<10 { try engine.place(subjects(50, lanes: 1), from: Int64(batch * 50 + 1)) }
        #expect(healthy.wait { $0.accepted.count == 500 })
        gate.open()
        engine.stop()
    }

    @Test("a dead delivery's event goes to the targets below on-dead, in its lane's order")
    func onDead() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("state.db")
        let action = ScriptedAction { $0.event.sequence <= 2 ? .refused : .delivered }
        let undertaker = ScriptedAction { _ in .delivered }
        let engine = try EngineFixture(
            statePath: path,
            targets: [
                .init(name: "billing", action: action), .init(name: "undertaker", action: undertaker, isForDead: true),
            ])
        try engine.place(["order/1", "order/1", "order/2"], from: 1)
        #expect(undertaker.wait { $0.accepted.count == 2 })
        #expect(action.wait { $0.accepted.count == 1 })
        engine.stop()
        #expect(undertaker.accepted.map(\.event.sequence) == [1, 2])
        #expect(Set(undertaker.accepted.map(\.webhookID)).count == 2)
        let variables = undertaker.accepted.first?.rendering?.environment
        #expect(variables?["EVENT_DEAD_TARGET"] == "billing")
        #expect(variables?["EVENT_DEAD_REASON"] == "refused: scripted failure")
    }
}

/// Keeps threads waiting until a test lets them go.
private final class Gate: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)

    func wait() {
        semaphore.wait()
        // Whoever passes lets the next one pass.
        semaphore.signal()
    }

    func open() { semaphore.signal() }
}
