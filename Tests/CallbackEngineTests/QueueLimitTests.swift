import CallbackCore
import CallbackStore
import CallbackTestKit
import Testing

@testable import CallbackEngine

@Suite("The limit of what is owed")
struct QueueLimitTests {
    private func level(_ gauge: inout QueueGauge, _ bytes: Int64) -> QueueGauge.Level {
        _ = gauge.take(.init(deliveries: 1, bytes: bytes))
        return gauge.level
    }

    @Test("the alarm comes at 80 %, the pause at 100 %, and each goes a little below")
    func levels() {
        var gauge = QueueGauge(limit: 1000)
        #expect(level(&gauge, 799) == .easy)
        #expect(gauge.words == nil)
        #expect(level(&gauge, 800) == .high)
        #expect(gauge.words?.contains("1 deliveries are owed, 800B of 1000B (limits: queue)") == true)
        #expect(level(&gauge, 701) == .high)
        #expect(level(&gauge, 1000) == .full)
        #expect(gauge.line.intakePaused)
        #expect(level(&gauge, 901) == .full)
        #expect(level(&gauge, 900) == .high)
        #expect(level(&gauge, 700) == .easy)
        #expect(level(&gauge, 2000) == .full)
        #expect(level(&gauge, 0) == .easy)
    }

    @Test("while it is full, whoever can wait is told why, and who holds the panel's lock is let in")
    func gate() throws {
        let gate = IntakeGate(limit: 10, patience: 0)
        gate.pause("too much is owed")
        #expect(throws: IntakeUnavailable(paused: "too much is owed")) { try gate.enter(1, waits: true) }
        try gate.enter(1, waits: false)
        // A mark without events makes nothing that is owed.
        try gate.enter(0, waits: true)
        gate.pause(nil)
        try gate.enter(1, waits: true)
        gate.close()
        #expect(throws: CancellationError.self) { try gate.enter(1, waits: true) }
    }

    @Test("a writer that is stopped by a full disk is told to sources that wait for room")
    func problem() throws {
        let gate = IntakeGate(limit: 10, patience: 0)
        try gate.enter(10, waits: true)
        #expect(throws: IntakeUnavailable(reason: "disk full")) {
            try gate.enter(1, waits: true, problem: { "disk full" })
        }
        gate.leave(10)
        try gate.enter(1, waits: true, problem: { "disk full" })
    }

    @Test("the intake pauses at the limit and goes on by itself when deliveries have gone")
    func pausesAndResumes() async throws {
        let folder = try TemporaryFolder()
        let action = ScriptedAction { _ in .delivered }
        let engine = try EngineFixture(
            statePath: folder.file("state.db"), targets: [.init(name: "billing", action: action)], queueLimit: 20_000)
        #expect(await engine.dispatcher.perform(.pause(target: "billing")).allDone)
        var position: Int64 = 1
        let error = #expect(throws: IntakeUnavailable.self) {
            // What is owed is known after each commit: as much comes in before as may wait for one.
            for _ in 0..<4000 {
                try engine.place(["order/1", "order/2"], from: position)
                position += 2
            }
        }
        #expect(error?.description.contains("the intake pauses until some have gone") == true)
        #expect(engine.loop.queueLine.intakePaused)
        #expect(engine.loop.queueAlarm?.contains("limits: queue") == true)
        let taken = Int(position - 1)
        #expect(await engine.dispatcher.perform(.resume(target: "billing")).allDone)
        #expect(action.wait { $0.accepted.count == taken })
        #expect(engine.settled.wait { engine.loop.queueLine.deliveries == 0 })
        #expect(engine.loop.queueAlarm == nil)
        try engine.place(["order/3"], from: position)
        #expect(action.wait { $0.accepted.count == taken + 1 })
        engine.stop()
    }
}
