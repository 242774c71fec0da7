import CallbackCore
import CallbackStore
import Testing

@Suite("Operators' changes of the state file")
struct StateCommandsTests {
    /// Carries out one change in a transaction of its own and gives its answer.
    private func apply<Answer>(_ state: StateFixture, _ body: (StateCommands) throws -> Answer) throws -> Answer {
        var answer: Answer?
        try withoutActuallyEscaping(body) { body in
            _ = try state.writer.write(Turn(), commands: [{ answer = try body($0) }], now: now)
        }
        return try answer.orFail()
    }

    @Test("a held delivery stays held when the attempt under way fails")
    func heldStaysHeld() throws {
        let state = try StateFixture()
        let made = try state.journal(["a/1"])
        #expect(try apply(state) { try $0.hold(made[0].id, target: made[0].target) })
        try state.settle(made[0], .deferred(until: now))
        #expect(try state.waiting().first?.state == .held)
    }

    @Test("retry and release make the first of a lane due, and leave one behind it waiting")
    func goingOn() throws {
        let state = try StateFixture()
        let made = try state.journal(["a/1", "a/1"])
        try state.settle(made[0], .deferred(until: now + .hours(1)))
        #expect(try apply(state) { try $0.retry(made[0].id, target: made[0].target) })
        #expect(try apply(state) { try $0.hold(made[1].id, target: made[1].target) })
        #expect(try apply(state) { try $0.release(made[1].id, target: made[1].target) })
        let waiting = try state.waiting()
        #expect(waiting.map(\.state) == [.deferred, .pending])
        #expect(waiting[0].due == now)
    }

    @Test("a pending delivery is not retried: it goes anyway")
    func retryPending() throws {
        let state = try StateFixture()
        let made = try state.journal(["a/1"])
        #expect(try !apply(state) { try $0.retry(made[0].id, target: made[0].target) })
    }

    @Test("a cancelled delivery leaves the queue")
    func cancel() throws {
        let state = try StateFixture()
        let made = try state.journal(["a/1"])
        #expect(try apply(state) { try $0.cancel(made[0].id, target: made[0].target) })
        #expect(try state.waiting().isEmpty)
        #expect(try !apply(state) { try $0.cancel(made[0].id, target: made[0].target) })
    }

    @Test("a redriven dead letter begins a new round with its number of attempts kept")
    func redrive() throws {
        let state = try StateFixture()
        let made = try state.journal(["a/1"])
        try state.settle(made[0], .dead(.exhausted), attempt: 1)
        #expect(try apply(state) { try $0.redrive(made[0].id) })
        let waiting = try state.waiting()
        #expect(waiting.map(\.attempts) == [1])
        #expect(waiting.map(\.round) == [1])
        #expect(waiting.map(\.due) == [now])
        try state.settle(waiting[0], .delivered, attempt: 2)
        #expect(try state.waiting().isEmpty)
    }

    @Test("a discarded dead letter cannot be redriven")
    func discard() throws {
        let state = try StateFixture()
        let made = try state.journal(["a/1"])
        try state.settle(made[0], .dead(.refused))
        #expect(try apply(state) { try $0.discard(made[0].id) })
        #expect(try !apply(state) { try $0.redrive(made[0].id) })
    }

    @Test("retention removes finished events and neither what is owed nor dead letters")
    func retention() throws {
        let state = try StateFixture()
        let made = try state.journal(["a/1", "a/2", "a/3"])
        try state.settle(made[0], .delivered)
        try state.settle(made[1], .dead(.refused))
        let early = try apply(state) { try $0.remove(after: 0, before: now, count: 10) }
        #expect(early == .init(removed: 0, next: nil))
        let first = try apply(state) { try $0.remove(after: 0, before: now + .seconds(1), count: 1) }
        #expect(first == .init(removed: 1, next: 1))
        let rest = try apply(state) { try $0.remove(after: 1, before: now + .seconds(1), count: 10) }
        #expect(rest == .init(removed: 0, next: nil))
        let reader = try state.reader()
        #expect(try reader.event(1) == nil)
        #expect(try reader.event(2) != nil)
        #expect(try reader.event(3) != nil)
    }

    @Test("pausing a target is remembered")
    func pause() throws {
        let state = try StateFixture()
        let target = try state.target("billing")
        try apply(state) { try $0.setPaused(true, target: target) }
        #expect(try state.file.register(rules: [], targets: []).paused == ["billing"])
    }

    @Test("the last event of the journal stays, so that no number is given twice")
    func lastStays() throws {
        let state = try StateFixture()
        for delivery in try state.journal(["a/1", "a/2"]) { try state.settle(delivery, .delivered) }
        let removal = try apply(state) { try $0.remove(after: 0, before: now + .days(1), count: 10) }
        #expect(removal.removed == 1)
        #expect(try state.file.lastSequence() == 2)
    }
}
