import CallbackCore
import CallbackStore
import CallbackTestKit
import Testing

@Suite("Retention of finished work, in the state file")
struct RetentionTests {
    private func apply<Answer>(_ state: StateFixture, _ body: (StateCommands) throws -> Answer) throws -> Answer {
        var answer: Answer?
        try withoutActuallyEscaping(body) { body in
            _ = try state.writer.write(Turn(), commands: [{ answer = try body($0) }], now: now)
        }
        return try answer.orFail()
    }

    private let later = now + .seconds(1)

    private func sqlite(_ state: StateFixture, _ sql: String) throws -> String {
        try Shell.run("/usr/bin/sqlite3", [state.path, sql]).output
    }

    /// Four events: delivered, dead, owed, and the last one, delivered.
    private func mixed() throws -> StateFixture {
        let state = try StateFixture()
        let made = try state.journal(["a/1", "a/2", "a/3", "a/4"])
        try state.settle(made[0], .delivered)
        try state.settle(made[1], .dead(.refused))
        try state.settle(made[3], .delivered)
        return state
    }

    @Test("a payload goes before its row: the event keeps its number, its id and its deliveries")
    func payload() throws {
        let state = try mixed()
        let removal = try apply(state) { try $0.remove(.payloads, after: 0, before: later, count: 10) }
        #expect(removal == .init(removed: 1, next: nil))
        #expect(try sqlite(state, "SELECT sequence, length(body) > 0 FROM events") == "1|0\n2|1\n3|1\n4|1\n")
        let shown = try StateQueries(path: state.path).event("1").orFail()
        #expect(shown.isPastRetention)
        #expect(shown.json["event"] == .null)
        #expect(shown.json["past_retention"] == true)
        #expect(shown.deliveries.map(\.state) == [.delivered])
        #expect(try apply(state) { try $0.remove(.payloads, after: 0, before: later, count: 10) }.removed == 0)
    }

    @Test("attempts go by themselves, and the delivery says how many are past their retention")
    func attempts() throws {
        let state = try mixed()
        #expect(try apply(state) { try $0.remove(.attempts, after: 0, before: later, count: 10) }.removed == 1)
        #expect(try sqlite(state, "SELECT DISTINCT event FROM attempts ORDER BY 1") == "2\n4\n")
        let delivery = try StateQueries(path: state.path).delivery(DeliveryID(event: 1, ordinal: 1)).orFail()
        #expect(delivery.attempts.isEmpty)
        #expect(delivery.attemptsPastRetention == 1)
        #expect(delivery.json["attempts_past_retention"] == 1)
    }

    @Test("what is owed or dead keeps everything, however old", arguments: RetentionClass.allCases)
    func neverOwed(_ what: RetentionClass) throws {
        let state = try mixed()
        _ = try apply(state) { try $0.remove(what, after: 0, before: now + .days(9999), count: 100) }
        #expect(try sqlite(state, "SELECT length(body) > 0 FROM events WHERE sequence IN (2, 3)") == "1\n1\n")
        #expect(try sqlite(state, "SELECT count(*) FROM attempts WHERE event = 2") == "1\n")
        #expect(try sqlite(state, "SELECT count(*) FROM queue") == "1\n")
        #expect(try sqlite(state, "SELECT count(*) FROM ledger WHERE state = 6") == "1\n")
    }

    @Test("a dead letter past an age of its own is given up as by an operator, and goes with its event from then on")
    func deadLetters() throws {
        let state = try mixed()
        #expect(try apply(state) { try $0.giveUpDead(before: now, count: 10) } == 0)
        #expect(try apply(state) { try $0.giveUpDead(before: later, count: 10) } == 1)
        let queries = try StateQueries(path: state.path)
        #expect(try queries.deadLetters(DeadFilter(), limit: 10).isEmpty)
        #expect(try queries.deliveries(DeliveryFilter(state: .discarded), limit: 10).map(\.id.event) == [2])
        #expect(try !apply(state) { try $0.redrive(DeliveryID(event: 2, ordinal: 1)) })
        #expect(try apply(state) { try $0.remove(.events, after: 0, before: later, count: 10) }.removed == 2)
        #expect(try sqlite(state, "SELECT sequence FROM events") == "3\n4\n")
    }

    @Test("room that finished work leaves is given back to the disk, a little at a time")
    func shrinks() throws {
        let state = try StateFixture()
        for batch in 0..<40 {
            let subjects = (0..<100).map { "subject-of-some-length/\(batch * 100 + $0)" }
            var turn = Turn()
            turn.settlements = try state.journal(subjects, position: Int64(batch * 100 + 1)).map { delivery in
                Settlement(
                    of: delivery, attempt: 1,
                    report: AttemptReport(delivery: delivery.id, outcome: .delivered, startedAt: now, duration: .zero),
                    decision: .delivered)
            }
            _ = try state.writer.write(turn, now: now)
        }
        func pages() throws -> Int64 { try Int64(sqlite(state, "PRAGMA page_count").dropLast()).orFail() }
        let before = try pages()
        var next: Int64? = 0
        while let after = next {
            next = try apply(state) { try $0.remove(.events, after: after, before: later, count: 500) }.next
        }
        #expect(try pages() == before)
        var steps = 0
        while try apply(state, { try $0.shrink(pages: 50) }).hasMore { steps += 1 }
        #expect(steps > 1)
        // What will soon be used again stays: a MiB.
        #expect(try pages() < 256 + 100)
        #expect(try sqlite(state, "PRAGMA integrity_check") == "ok\n")
    }

    @Test("a file of an older version keeps its size and says so, until VACUUM has made it one that shrinks")
    func oldFile() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("state.db")
        _ = try Shell.run(
            "/usr/bin/sqlite3", [path, "CREATE TABLE filler(x); INSERT INTO filler VALUES (zeroblob(9000000))"])
        do {
            let file = try StateFile(path: path)
            _ = try Shell.run("/usr/bin/sqlite3", [path, "DROP TABLE filler"])
            var answer: StateCommands.Shrinking?
            _ = try StateWriter(file).write(Turn(), commands: [{ answer = try $0.shrink(pages: 10) }], now: now)
            let found = try answer.orFail()
            #expect(found.pages == 0 && !found.hasMore && found.isFixed)
        }
        // As docs/operator/retention.md has it.
        _ = try Shell.run("/usr/bin/sqlite3", [path, "PRAGMA auto_vacuum = INCREMENTAL; VACUUM;"])
        #expect(try Shell.run("/usr/bin/sqlite3", [path, "PRAGMA auto_vacuum"]).output == "2\n")
        #expect(try StateFile(path: path).lastSequence() == 0)
    }

    @Test("what is owed is counted along and counted anew, and comes to the same")
    func owed() throws {
        let state = try StateFixture()
        let made = try state.journal(["a/1", "a/2", "a/3", "a/4"])
        #expect(state.writer.owed.sum.deliveries == 4)
        func agrees() throws -> Bool { try StateWriter(state.file).owed.sum == state.writer.owed.sum }
        #expect(try agrees())
        try state.settle(made[0], .delivered)
        try state.settle(made[1], .dead(.refused))
        try state.settle(made[2], .deferred(until: now))
        #expect(try apply(state) { try $0.cancel(made[3].id, target: made[3].target) })
        #expect(state.writer.owed.sum.deliveries == 1)
        #expect(try agrees())
        #expect(try apply(state) { try $0.redrive(made[1].id) })
        #expect(state.writer.owed.sum.deliveries == 2)
        #expect(state.writer.owed.sum.bytes > 2 * 128)
        #expect(try agrees())
    }

    @Test("a turn that could not be written does not count")
    func owedAfterFailure() throws {
        struct Refused: Error {}
        let state = try StateFixture()
        try state.journal(["a/1"])
        let before = state.writer.owed.sum
        var turn = Turn()
        turn.intakes = [
            IntakeEntry(source: "panel", book: 1, events: [try state.event("a/2", position: 2)], mark: nil)
        ]
        #expect(throws: Refused.self) {
            _ = try state.writer.write(turn, commands: [{ _ in throw Refused() }], now: now)
        }
        #expect(state.writer.owed.sum == before)
    }

    @Test("a file of version 1 is brought up to date with what its waiting deliveries weigh and how old they are")
    func migration() throws {
        let state = try StateFixture()
        try state.journal(["a/1"])
        let owed = state.writer.owed.sum
        try state.goBackToFirstVersion()
        let error = #expect(throws: StateError.self) { try StateQueries(path: state.path) }
        #expect(error?.message.contains("is of an older version") == true)
        let migrated = try StateFile(path: state.path)
        #expect(try StateWriter(migrated).owed.sum == owed)
        #expect(try sqlite(state, "SELECT since FROM queue") == "\(now.milliseconds)\n")
    }
}
