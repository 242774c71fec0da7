import CallbackCore
import CallbackStore
import CallbackTestKit
import Testing

@Suite("The state file")
struct StateWriterTests {
    @Test("the writer commits with synchronous = FULL")
    func synchronousIsFull() throws {
        #expect(try StateFixture().file.synchronousSetting() == 2)
    }

    @Test("events, deliveries and mark become durable in one transaction")
    func intakeIsOneTransaction() throws {
        let state = try StateFixture()
        let made = try state.journal(["a/1", "a/2"], position: 5)
        #expect(made.map(\.id) == [DeliveryID(event: 1, ordinal: 1), DeliveryID(event: 2, ordinal: 1)])
        #expect(try state.waiting().map(\.id) == made.map(\.id))
        #expect(try state.file.savedMark(of: "panel")?.mark.position == 6)
        #expect(try state.file.lastSequence() == 2)
    }

    @Test("the journalled body is the sent body, with its sequence number filled in")
    func bodyCarriesSequence() throws {
        let state = try StateFixture()
        let made = try state.journal(["a/1", "a/2"])
        let body = try state.reader().event(2).orFail().body
        #expect(body == made[1].event?.body)
        let parsed = try JSONParser.parse(body)
        #expect(parsed["sequence"] == "0000000000000002")
    }

    @Test("a change that is read again is journalled once")
    func readAgain() throws {
        let state = try StateFixture()
        try state.journal(["a/1", "a/2"], position: 1)
        let again = try state.journal(["a/1", "a/2", "a/3"], position: 1)
        #expect(again.map(\.id.event) == [3])
        #expect(try state.waiting().count == 3)
    }

    @Test(
        "texts of any size stand in the journal as they were, whatever was written before them",
        arguments: [[1, 40, 3], [9000, 9000, 1], [40_000, 2, 20_000], [16_384, 16_383, 5]])
    func sizes(_ sizes: [Int]) throws {
        let state = try StateFixture()
        let subjects = sizes.enumerated().map { "\($0)/" + String(repeating: "\($0)", count: $1) }
        let made = try state.journal(subjects)
        #expect(try made.map { try state.reader().event($0.id.event)?.subject } == subjects)
        #expect(try made.map { try state.reader().event($0.id.event)?.body } == made.map { $0.event?.body })
    }

    @Test("a delivery that an operator took out while it was under way is ended once")
    func endedOnce() throws {
        let state = try StateFixture()
        let made = try state.journal(["a/1"])
        let target = try state.target("billing")
        _ = try state.writer.write(
            Turn(), commands: [{ _ = try $0.cancel(made[0].id, target: target) }], now: now)
        try state.settle(made[0], .delivered)
        #expect(state.writer.owed.sum == .init())
        #expect(try Shell.run("/usr/bin/sqlite3", [state.path, "SELECT count(*) FROM ledger"]).output == "1\n")
    }

    @Test("a failing turn leaves nothing behind, and the same turn can be written later")
    func failingTurn() throws {
        struct Refusal: Error {}
        let state = try StateFixture()
        var turn = Turn()
        turn.intakes = [
            IntakeEntry(
                source: "panel", book: 1, events: [try state.event("a/1", position: 1)],
                mark: Mark(incarnation: "in", position: 1, nonce: 1, isInstalled: true))
        ]
        #expect(throws: Refusal.self) {
            try state.writer.write(turn, commands: [{ _ in throw Refusal() }], now: now)
        }
        #expect(try state.waiting().isEmpty)
        #expect(try state.file.savedMark(of: "panel") == nil)
        #expect(try state.writer.write(turn, now: now).map(\.id.event) == [1])
    }

    @Test("a delivered delivery leaves the queue and stands in the ledger with its attempt")
    func delivered() throws {
        let state = try StateFixture()
        let made = try state.journal(["a/1"])
        try state.settle(made[0], .delivered)
        #expect(try state.waiting().isEmpty)
        #expect(try state.reader().delivery(made[0].id, target: made[0].target) == nil)
    }

    @Test("a deferred delivery keeps its place and is found when it is due")
    func deferred() throws {
        let state = try StateFixture()
        let made = try state.journal(["a/1", "a/2"])
        try state.settle(made[0], .deferred(until: now + .seconds(5)))
        let reader = try state.reader()
        let target = try state.target("billing")
        #expect(try reader.due(target: target, at: now + .seconds(4), limit: 10).isEmpty)
        let due = try reader.due(target: target, at: now + .seconds(5), limit: 10)
        #expect(due.map(\.id) == [made[0].id])
        #expect(due.first?.attempts == 1)
        #expect(try reader.nextDue(target: target, after: now) == now + .seconds(5))
        #expect(try reader.hasStopped(target: target))
    }

    @Test("a parked rule's deferred deliveries are not found as due")
    func parkedIsNotDue() throws {
        let state = try StateFixture()
        let made = try state.journal(["a/1"])
        try state.settle(made[0], .deferred(until: now))
        let reader = try state.reader()
        reader.use(parked: [try state.rule("bill")], skipping: [])
        #expect(try reader.due(target: try state.target("billing"), at: now, limit: 10).isEmpty)
        #expect(try reader.nextDue(target: try state.target("billing"), after: .init(milliseconds: 0)) == nil)
    }

    @Test("a lane is read in commit order, between two deliveries")
    func lane() throws {
        let state = try StateFixture()
        try state.journal(["a/1", "a/2", "a/1", "a/2", "a/1"])
        let key = LaneKey(orderingKey: "a/1")
        let target = try state.target("billing")
        let reader = try state.reader()
        let found = try reader.lane(
            key, target: target, after: DeliveryID(event: 1, ordinal: 1), upTo: DeliveryID(event: 4, ordinal: 1),
            limit: 10)
        #expect(found.map(\.id.event) == [3])
        #expect(try reader.hasEarlier(in: key, target: target, than: DeliveryID(event: 3, ordinal: 1)))
        #expect(try !reader.hasEarlier(in: key, target: target, than: DeliveryID(event: 1, ordinal: 1)))
    }

    @Test("the copy of the name tables follows the batches")
    func names() throws {
        let state = try StateFixture()
        var entry = IntakeEntry(
            source: "panel", book: 1, events: [],
            mark: Mark(incarnation: "in", position: 1, nonce: 1, isInstalled: false),
            names: [
                NameChange(table: "clients", key: "1", row: Array("{}".utf8)),
                NameChange(table: "clients", key: "2", row: Array("{}".utf8)),
            ], replacesNames: true)
        var turn = Turn()
        turn.intakes = [entry]
        _ = try state.writer.write(turn, now: now)
        entry.names = [NameChange(table: "clients", key: "1", row: nil)]
        entry.replacesNames = false
        turn.intakes = [entry]
        _ = try state.writer.write(turn, now: now)
        #expect(try state.file.savedMark(of: "panel")?.names.map(\.key) == ["2"])
    }

    @Test("an open gap stays until it is accepted, and a second one is added to it")
    func gap() throws {
        let state = try StateFixture()
        func entry(_ words: String) -> IntakeEntry {
            IntakeEntry(
                source: "panel", book: 1, events: [],
                mark: Mark(incarnation: "in", position: 1, nonce: 1, isInstalled: true),
                gap: Gap(reason: .replaced, message: words, after: 0, from: nil, until: now))
        }
        var turn = Turn()
        turn.intakes = [entry("first"), entry("second")]
        _ = try state.writer.write(turn, now: now)
        #expect(try state.file.openGap(of: "panel") == "first; then: second")
        _ = try state.writer.write(
            Turn(),
            commands: [
                { commands in
                    let closed = try commands.acceptGap(of: "panel")
                    #expect(closed)
                }
            ], now: now)
        #expect(try state.file.openGap(of: "panel") == nil)
    }

    @Test("a rule book gets a new version only when its content differs")
    func books() throws {
        let state = try StateFixture()
        let first = try state.file.version(ofBook: [1, 2], now: now)
        #expect(try state.file.version(ofBook: [1, 2], now: now) == first)
        let second = try state.file.version(ofBook: [3], now: now)
        #expect(second != first)
        #expect(try state.reader().book(version: first) == [1, 2])
    }

    @Test("a file of a newer version is refused in words")
    func newer() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("state.db")
        do { _ = try StateFile(path: path) }
        let tool = try Shell.run("/usr/bin/sqlite3", [path, "INSERT INTO grdb_migrations VALUES ('99')"])
        #expect(tool.status == 0)
        let error = #expect(throws: StateError.self) { try StateFile(path: path) }
        #expect(error?.kind == .newer)
    }

    @Test("a file that is no database is refused and left as it is")
    func noDatabase() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("state.db", String(repeating: "not a database ", count: 100))
        let error = #expect(throws: StateError.self) { try StateFile(path: path) }
        #expect(error?.kind == .corrupt)
    }

    @Test("an unclean end is noticed at the next start")
    func uncleanEnd() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("state.db")
        do { #expect(try !StateFile(path: path).wasUnclean) }
        do {
            let second = try StateFile(path: path)
            #expect(second.wasUnclean)
            try second.close()
        }
        #expect(try !StateFile(path: path).wasUnclean)
    }

    @Test("two owners of one state file cannot be")
    func lock() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("state.db")
        let lock = try StateLock(statePath: path)
        let error = #expect(throws: StateError.self) { try StateLock(statePath: path) }
        #expect(error?.kind == .heldByAnother)
        #expect(StateLock.holder(statePath: path) != nil)
        withExtendedLifetime(lock) {}
    }
}
