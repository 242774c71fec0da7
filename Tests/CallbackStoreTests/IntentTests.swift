import CallbackCore
import CallbackStore
import Testing

@Suite("Attempts that are written down before they begin")
struct IntentTests {
    private func note(_ fixture: StateFixture, _ delivery: QueuedDelivery, guarded: Bool, attempt: Int = 1) throws {
        var turn = Turn()
        turn.intents = [
            Intent(
                delivery: delivery.id, target: delivery.target, attempt: attempt, startedAt: now, isGuarded: guarded)
        ]
        _ = try fixture.writer.write(turn, now: now)
    }

    private func end(
        _ fixture: StateFixture, _ delivery: QueuedDelivery, _ decision: Settlement.Decision, attempt: Int = 1
    ) throws {
        var turn = Turn()
        turn.settlements = [
            Settlement(
                of: delivery, attempt: attempt,
                report: AttemptReport(
                    delivery: delivery.id, outcome: decision == .delivered ? .delivered : .uncertain, startedAt: now,
                    duration: .milliseconds(7), code: 204, reason: "words"),
                decision: decision, wasNoted: true)
        ]
        _ = try fixture.writer.write(turn, now: now)
    }

    private func detail(_ fixture: StateFixture, _ delivery: QueuedDelivery) throws -> DeliveryDetail {
        try StateQueries(path: fixture.path).delivery(delivery.id).orFail()
    }

    /// Another life of the same file, as after a crash.
    private func recover(_ fixture: StateFixture, wait: Duration? = .seconds(5)) throws -> IntentRecovery {
        let file = try StateFile(path: fixture.path)
        return try file.recoverIntents(now: now) { _, _ in wait }
    }

    @Test("a noted attempt is shown as sending, and its outcome takes its place")
    func settled() throws {
        let fixture = try StateFixture()
        let delivery = try fixture.journal(["a"])[0]
        try note(fixture, delivery, guarded: true)
        #expect(try detail(fixture, delivery).attempts.map(\.outcome) == [.sending])
        try end(fixture, delivery, .delivered)
        let found = try detail(fixture, delivery)
        #expect(found.summary.state == .delivered)
        #expect(found.attempts.map(\.outcome) == [.delivered])
        #expect(found.attempts.first?.code == 204)
        #expect(try recover(fixture).isEmpty)
    }

    @Test("after a crash a guarded delivery is uncertain, due after the wait, and never pending")
    func uncertain() throws {
        let fixture = try StateFixture()
        let delivery = try fixture.journal(["a"])[0]
        try note(fixture, delivery, guarded: true)
        #expect(try recover(fixture) == IntentRecovery(uncertain: [delivery.id]))
        let found = try detail(fixture, delivery)
        #expect(found.summary.state == .uncertain)
        #expect(found.summary.attempts == 1)
        #expect(found.summary.due == now + .seconds(5))
        #expect(found.attempts.map(\.outcome) == [.uncertain])
        #expect(found.attempts.first?.reason.contains("verified before anything else is sent") == true)
        #expect(try recover(fixture).isEmpty, "it is decided once")
    }

    @Test("where nobody can be asked it is a dead letter")
    func dead() throws {
        let fixture = try StateFixture()
        let delivery = try fixture.journal(["a"])[0]
        try note(fixture, delivery, guarded: true)
        #expect(try recover(fixture, wait: nil) == IntentRecovery(dead: [delivery.id]))
        let summary = try detail(fixture, delivery).summary
        #expect(summary.state == .dead)
        #expect(summary.reason == .uncertain)
        #expect(try fixture.waiting().isEmpty)
    }

    @Test("also after an orderly end that could not wait for it, which is no crash")
    func gracefulEnd() throws {
        let fixture = try StateFixture()
        let delivery = try fixture.journal(["a", "b"])
        try note(fixture, delivery[0], guarded: true)
        try note(fixture, delivery[1], guarded: false)
        try fixture.file.close()
        #expect(
            try recover(fixture) == IntentRecovery(uncertain: [delivery[0].id], sentAgain: [delivery[1].id]))
        #expect(try fixture.reader().interruptedDeliveries().isEmpty)
    }

    @Test("a delivery of another target is sent again, and its schedule has lost nothing")
    func sentAgain() throws {
        let fixture = try StateFixture()
        let delivery = try fixture.journal(["a"])[0]
        try note(fixture, delivery, guarded: false)
        #expect(try recover(fixture) == IntentRecovery(sentAgain: [delivery.id]))
        let waiting = try fixture.waiting()
        #expect(waiting.map(\.state) == [.pending])
        #expect(waiting.map(\.attempts) == [1])
        #expect(waiting.map(\.round) == [1])
        #expect(try detail(fixture, delivery).attempts.map(\.outcome) == [.unavailable])
    }

    @Test("what is under way at three ends without an outcome in between is held, and shown")
    func held() throws {
        let fixture = try StateFixture()
        let delivery = try fixture.journal(["a"])[0]
        for life in 1...3 {
            try note(fixture, delivery, guarded: false, attempt: life)
            let recovery = try recover(fixture)
            #expect(recovery == (life < 3 ? .init(sentAgain: [delivery.id]) : .init(held: [delivery.id])))
        }
        #expect(try fixture.waiting().map(\.state) == [.held])
        #expect(try detail(fixture, delivery).attempts.last?.reason.contains("for the 3. time") == true)
        #expect(try StateQueries(path: fixture.path).doubts().heldAfterCrashes == ["1-1"])
    }

    @Test("an outcome, or an orderly end, makes an end of the counting")
    func acquitted() throws {
        let fixture = try StateFixture()
        let delivery = try fixture.journal(["a"])[0]
        for life in 1...2 {
            try note(fixture, delivery, guarded: false, attempt: life)
            _ = try recover(fixture)
        }
        #expect(try fixture.reader().interruptedDeliveries() == [delivery.id: 2])
        try note(fixture, delivery, guarded: false, attempt: 3)
        try end(fixture, delivery, .deferred(until: now), attempt: 3)
        #expect(try fixture.reader().interruptedDeliveries().isEmpty)

        try note(fixture, delivery, guarded: false, attempt: 4)
        _ = try recover(fixture)
        #expect(try fixture.reader().interruptedDeliveries() == [delivery.id: 1])
        try fixture.file.close()
        #expect(try fixture.reader().interruptedDeliveries().isEmpty)
    }

    @Test("a guarded delivery that ends the daemon three times is a dead letter, and is not asked about for ever")
    func guardedPoison() throws {
        let fixture = try StateFixture()
        let delivery = try fixture.journal(["a"])[0]
        for life in 1...3 {
            try note(fixture, delivery, guarded: true, attempt: life)
            let recovery = try recover(fixture)
            #expect(recovery == (life < 3 ? .init(uncertain: [delivery.id]) : .init(dead: [delivery.id])))
        }
    }

    @Test("an uncertain delivery is found when it is due, and one that is sent again keeps its place in the schedule")
    func due() throws {
        let fixture = try StateFixture()
        let delivery = try fixture.journal(["a"])[0]
        try note(fixture, delivery, guarded: true)
        try end(fixture, delivery, .uncertain(until: now + .seconds(9)))
        let reader = try fixture.reader()
        #expect(try reader.nextDue(target: delivery.target, after: now) == now + .seconds(9))
        #expect(try reader.due(target: delivery.target, at: now, limit: 10).isEmpty)
        let found = try reader.due(target: delivery.target, at: now + .seconds(9), limit: 10)
        #expect(found.map(\.state) == [.uncertain])
        #expect(found.map(\.attempts) == [1])
        #expect(try reader.hasStopped(target: delivery.target))
        #expect(try StateQueries(path: fixture.path).doubts().uncertain == 1)

        var turn = Turn()
        turn.settlements = [
            Settlement(
                of: delivery, attempt: 2,
                report: AttemptReport(
                    delivery: delivery.id, outcome: .unavailable(retryAfter: nil), startedAt: now, duration: .zero,
                    code: 404, reason: "asked: HTTP 404", answer: .notProcessed),
                decision: .sentAgain(at: now), recorded: .notProcessed)
        ]
        _ = try fixture.writer.write(turn, now: now)
        let waiting = try fixture.waiting()
        #expect(waiting.map(\.state) == [.deferred])
        #expect(waiting.map(\.attempts) == [2])
        #expect(waiting.map(\.round) == [1])
        let attempts = try detail(fixture, delivery).attempts
        #expect(attempts.map(\.outcome.kind) == [.send, .verify])
        #expect(attempts.last?.json["kind"] == "verify")
        #expect(attempts.last?.outcome.word == "not processed")
    }
}
