import CallbackCore
import CallbackStore
import CallbackTestKit
import Testing

/// A state file in a folder of its own, with two rules and two targets.
struct StateFixture {
    let folder: TemporaryFolder
    let path: String
    let file: StateFile
    let writer: StateWriter
    let registry: Registry

    init() throws {
        folder = try TemporaryFolder()
        path = folder.file("state.db")
        file = try StateFile(path: path)
        registry = try file.register(rules: ["bill", "provision"], targets: ["billing", "hook"])
        writer = try StateWriter(file)
    }

    /// Makes the file one of version 1 again.
    func goBackToFirstVersion() throws {
        let undo = """
            ALTER TABLE queue DROP COLUMN bytes; ALTER TABLE queue DROP COLUMN since; ALTER TABLE queue DROP COLUMN aged;
            DROP INDEX ledger_dead_since; DROP INDEX ledger_replay; DROP INDEX queue_replay;
            DROP INDEX queue_uncertain; DROP TABLE intents; DROP TABLE interrupted;
            DROP TABLE target_states; DROP TABLE on_dead; DROP TABLE held_subjects; DROP TABLE replays;
            DELETE FROM rules WHERE name = '\(RuleName.unruled.rawValue)';
            DELETE FROM grdb_migrations WHERE identifier <> '1';
            """
        let shell = try Shell.run("/usr/bin/sqlite3", [path, undo])
        #expect(shell.status == 0, "\(shell.output)")
    }

    func rule(_ name: RuleName) throws -> Int64 { try registry.rules[name].orFail() }

    func target(_ name: TargetName) throws -> Int64 { try registry.targets[name].orFail() }

    /// One event for each subject, owed to `billing`, in one turn.
    @discardableResult
    func journal(_ subjects: [String], position: Int64 = 1, ordered: Bool = true) throws -> [QueuedDelivery] {
        var turn = Turn()
        let events = try subjects.enumerated().map { index, subject in
            try event(subject, position: position + Int64(index), ordered: ordered)
        }
        let last = position + Int64(subjects.count) - 1
        turn.intakes = [
            IntakeEntry(
                source: "panel", book: 1, events: events,
                mark: Mark(incarnation: "in", position: last, nonce: last * 7, isInstalled: true))
        ]
        return try writer.write(turn, now: now)
    }

    func event(_ subject: String, position: Int64, ordered: Bool = true) throws -> IntakeEntry.EventEntry {
        let id = EventID(incarnation: "in", origin: EventOrigin(position: position, nonce: 1, ordinal: 0))
        return IntakeEntry.EventEntry(
            id: id, type: "order.placed", subject: subject, time: now,
            draft: CloudEvent.draft(
                id: id, source: "/st/panel", type: "order.placed", subject: subject, time: now,
                data: ["position": .integer(position)]),
            deliveries: [
                .init(
                    rule: try rule("bill"), target: try target("billing"),
                    lane: ordered ? LaneKey(orderingKey: subject) : nil)
            ])
    }

    func settle(_ delivery: QueuedDelivery, _ decision: Settlement.Decision, attempt: Int = 1) throws {
        let outcome: Outcome = decision == .delivered ? .delivered : .unavailable(retryAfter: nil)
        var turn = Turn()
        turn.settlements = [
            Settlement(
                of: delivery, attempt: attempt,
                report: AttemptReport(
                    delivery: delivery.id, outcome: outcome, startedAt: now, duration: .milliseconds(3), code: 204,
                    reason: decision == .delivered ? "" : "connection refused"),
                decision: decision)
        ]
        _ = try writer.write(turn, now: now)
    }

    /// Changes the file by hand, as no version of the program would.
    func execute(_ sql: String) throws {
        let result = try Shell.run("/usr/bin/sqlite3", ["-cmd", ".timeout 10000", path], input: sql)
        guard result.status == 0 else { throw Missing() }
    }

    func reader() throws -> QueueReader { try QueueReader(path: path) }

    /// Everything that waits for `billing`, in commit order.
    func waiting() throws -> [QueuedDelivery] {
        try reader().page(target: try target("billing"), after: .start, limit: 10_000)
    }
}

let now = Timestamp(milliseconds: 1_700_000_000_000)

extension DeliveryID {
    static let start = DeliveryID(event: 0, ordinal: 0)
}

struct Missing: Error {}

extension Optional {
    func orFail() throws -> Wrapped {
        guard let self else { throw Missing() }
        return self
    }
}
