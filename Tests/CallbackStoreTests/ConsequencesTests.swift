import CallbackCore
import CallbackStore
import CallbackTestKit
import Testing

@Suite("What follows from the end of an attempt")
struct ConsequencesTests {
    private func settlement(
        _ delivery: QueuedDelivery, _ decision: Settlement.Decision, attempt: Int = 1, aged: Int64 = 0,
        _ consequences: Consequences? = nil
    ) -> Settlement {
        Settlement(
            of: delivery, attempt: attempt,
            report: AttemptReport(
                delivery: delivery.id, outcome: .unavailable(retryAfter: nil), startedAt: now, duration: .zero,
                code: 500, reason: "HTTP 500"),
            decision: decision, aged: aged, consequences: consequences)
    }

    private func write(_ state: StateFixture, _ settlements: Settlement...) throws -> [QueuedDelivery] {
        var turn = Turn()
        turn.settlements = settlements
        return try state.writer.write(turn, now: now)
    }

    private var open: TargetState {
        var open = TargetState()
        open.openUntil = now + .seconds(3)
        open.trips = 2
        open.throttledUntil = now + .seconds(9)
        open.failingFor = .hours(5)
        open.lastFailure = now
        open.disabled = .init(reason: .gone, words: "HTTP 410", since: now)
        open.isRecovering = true
        return open
    }

    @Test("a target's health is read back as it was written, and one that is well leaves nothing behind")
    func health() throws {
        let state = try StateFixture()
        let made = try state.journal(["a/1", "a/2"])
        let number = try state.target("billing")
        #expect(try state.reader().state(ofTarget: number).isWell)
        _ = try write(state, settlement(made[0], .deferred(until: now), aged: 5, Consequences(target: open)))
        #expect(try state.reader().state(ofTarget: number) == open)
        let lists = try StateQueries(path: state.path).targets()
        #expect(lists.map(\.health) == [open, TargetState()])
        _ = try write(state, settlement(made[1], .delivered, Consequences(target: TargetState())))
        #expect(try state.reader().state(ofTarget: number).isWell)
        let rows = try Shell.run("/usr/bin/sqlite3", [state.path, "SELECT count(*) FROM target_states"])
        #expect(rows.output == "0\n")
    }

    @Test("the age of a delivery is kept, and a redrive begins a new one")
    func age() throws {
        let state = try StateFixture()
        let made = try state.journal(["a/1"])
        _ = try write(state, settlement(made[0], .deferred(until: now + .seconds(5)), aged: 5000))
        #expect(try state.waiting().map(\.aged) == [5000])
        _ = try write(state, settlement(made[0], .dead(.expired), attempt: 2))
        _ = try state.writer.write(Turn(), commands: [{ _ = try $0.redrive(made[0].id) }], now: now)
        #expect(try state.waiting().map(\.aged) == [0])
        #expect(try state.waiting().map(\.attempts) == [2])
    }

    @Test("a delivery that is given back waits as before: pending, with a round that the attempt does not count in")
    func givenBack() throws {
        let state = try StateFixture()
        let made = try state.journal(["a/1"])
        _ = try write(state, settlement(made[0], .returned))
        let waiting = try state.waiting()
        #expect(waiting.map(\.state) == [.pending])
        #expect(waiting.map(\.attempts) == [1] && waiting.map(\.round) == [1])
        #expect(waiting[0].due == nil)
    }

    @Test("one that was held while it was on its way stays held when it is given back")
    func heldMeanwhile() throws {
        let state = try StateFixture()
        let made = try state.journal(["a/1"])
        let number = try state.target("billing")
        _ = try state.writer.write(Turn(), commands: [{ _ = try $0.hold(made[0].id, target: number) }], now: now)
        _ = try write(state, settlement(made[0], .returned))
        #expect(try state.waiting().map(\.state) == [.held])
    }

    @Test("a dead delivery gives its event to the targets below on-dead, once, with the reason beside it")
    func onDead() throws {
        let state = try StateFixture()
        let made = try state.journal(["a/1", "a/2"])
        let hook = try state.target("hook")
        let follows = Consequences(
            onDead: .init(targets: [hook], deadTarget: "billing", reason: "exhausted: HTTP 500"))
        let born = try write(state, settlement(made[0], .dead(.exhausted), follows))
        #expect(born.map(\.id) == [DeliveryID(event: 1, ordinal: 2)])
        #expect(born.map(\.target) == [hook])
        #expect(born.map(\.cause) == ["on-dead/billing"])
        #expect(born[0].lane == made[0].lane && born[0].state == .deferred && born[0].due == now)
        let reader = try state.reader()
        let read = try reader.page(target: hook, after: .start, limit: 10)
        #expect(read.map(\.id) == born.map(\.id) && read[0].cause == born[0].cause && read[0].book == born[0].book)
        let letter = try reader.deadLetter(behind: born[0].id)
        #expect(letter?.target == "billing" && letter?.reason == "exhausted: HTTP 500")
        #expect(try reader.deadLetter(behind: made[1].id) == nil)

        // Redriven, and dead again: it has had its consequence, which may be on its way or delivered.
        _ = try state.writer.write(Turn(), commands: [{ _ = try $0.redrive(made[0].id) }], now: now)
        #expect(try write(state, settlement(made[0], .dead(.refused), attempt: 2, follows)).isEmpty)
        _ = try write(state, settlement(born[0], .delivered))
        _ = try state.writer.write(Turn(), commands: [{ _ = try $0.redrive(made[0].id) }], now: now)
        #expect(try write(state, settlement(made[0], .dead(.refused), attempt: 3, follows)).isEmpty)
    }

    @Test("events of our own are journalled with their deliveries in the transaction of their cause")
    func raised() throws {
        let state = try StateFixture()
        let made = try state.journal(["a/1"])
        let entry = IntakeEntry(
            source: "callbackd", book: 1, events: [try state.event("delivery/1-1", position: 77)], mark: nil)
        let born = try write(state, settlement(made[0], .dead(.refused), Consequences(raised: entry)))
        #expect(born.map(\.id) == [DeliveryID(event: 2, ordinal: 1)])
        #expect(state.writer.lastSequence == 2)
        #expect(try state.waiting().map(\.id) == born.map(\.id))
    }

    @Test("a target is enabled once, and what its breaker had found out is forgotten")
    func enable() throws {
        let state = try StateFixture()
        let made = try state.journal(["a/1"])
        let number = try state.target("billing")
        _ = try write(state, settlement(made[0], .returned, Consequences(target: open)))
        var answers: [Bool] = []
        for _ in 1...2 {
            _ = try state.writer.write(
                Turn(), commands: [{ answers.append(try $0.enable(target: number)) }], now: now)
        }
        #expect(answers == [true, false])
        var expected = TargetState()
        expected.isRecovering = true
        #expect(try state.reader().state(ofTarget: number) == expected)
    }

    @Test("finished events take their reasons with them when retention removes them")
    func retention() throws {
        let state = try StateFixture()
        let made = try state.journal(["a/1", "a/2"])
        let hook = try state.target("hook")
        let follows = Consequences(onDead: .init(targets: [hook], deadTarget: "billing", reason: "refused: no"))
        let born = try write(state, settlement(made[0], .dead(.refused), follows))
        _ = try write(state, settlement(born[0], .delivered))
        _ = try state.writer.write(
            Turn(),
            commands: [
                { commands in
                    _ = try commands.discard(made[0].id)
                    _ = try commands.remove(after: 0, before: now + .days(1), count: 100)
                }
            ], now: now)
        let rows = try Shell.run("/usr/bin/sqlite3", [state.path, "SELECT count(*) FROM on_dead"])
        #expect(rows.output == "0\n")
    }

    @Test("a file of the version before is opened and keeps what it had")
    func olderFile() throws {
        let state = try StateFixture()
        try state.journal(["a/1"])
        try state.goBackToFirstVersion()
        _ = try StateFile(path: state.path)
        let reader = try QueueReader(path: state.path)
        #expect(try reader.page(target: try state.target("billing"), after: .start, limit: 10).map(\.aged) == [0])
    }
}
