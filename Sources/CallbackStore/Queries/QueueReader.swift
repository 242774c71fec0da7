package import CallbackCore
import GRDB
import GRDBSQLite

/// Reads the queue for the dispatcher: pages in commit order, what is due, and what stands behind a finished head.
///
/// Has a connection of its own, so that reading never waits for the writer. Belongs to the thread that calls it.
package final class QueueReader {
    private let connection: OpaquePointer
    private let page: Statement
    private let due: Statement
    private let nextDue: Statement
    private let doubtful: Statement
    private let nextDoubt: Statement
    private let interrupted: Statement
    private let lane: Statement
    private let earlierInLane: Statement
    private let stopped: Statement
    private let one: Statement
    private let event: Statement
    private let book: Statement
    private let paused: Statement
    private let targetState: Statement
    private let deadReason: Statement
    private let begin: Statement
    private let end: Statement

    /// The numbers of rules that are not in force, as a JSON list: their deliveries are parked.
    private var parked = "[]"
    /// As `parked`, the numbers of rules whose deferred deliveries let others pass.
    private var skipping = "[]"

    private static let columns = """
        q.event, q.ordinal, q.rule, q.lane, q.state, q.due, q.attempts, q.round, q.cause, q.aged, q.bytes, \
        CASE WHEN q.cause < 'replay:' OR q.cause >= 'replay;' THEN NULL ELSE
            (SELECT book FROM replays WHERE number = CAST(substr(q.cause, 8) AS INTEGER)) END, \
        (SELECT book FROM events WHERE sequence = q.event)
        """

    /// - Throws: `StateError` where the file cannot be opened.
    package init(path: String) throws(StateError) {
        var handle: OpaquePointer?
        // Read-write, because a reader of a WAL file may have to make its shared memory.
        let code = sqlite3_open_v2(path, &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nil)
        guard code == SQLITE_OK, let handle else {
            sqlite3_close_v2(handle)
            throw StateError(code: code, message: "cannot open the state file \(path)")
        }
        connection = handle
        sqlite3_busy_timeout(handle, 5000)
        sqlite3_exec(handle, "PRAGMA query_only = 1; PRAGMA cache_size = -4096", nil, nil, nil)
        func prepare(_ sql: String) throws(StateError) -> Statement { try Statement(handle, sql) }
        page = try prepare(
            """
            SELECT \(Self.columns) FROM queue AS q
            WHERE q.target = ?1 AND (q.event, q.ordinal) > (?2, ?3) ORDER BY q.event, q.ordinal LIMIT ?4
            """)
        due = try prepare(
            """
            SELECT \(Self.columns) FROM queue AS q
            WHERE q.target = ?1 AND q.state = 1 AND q.due <= ?2
                AND q.rule NOT IN (SELECT value FROM json_each(?4))
                AND (q.lane IS NULL OR q.rule IN (SELECT value FROM json_each(?5))
                    OR NOT EXISTS (SELECT 1 FROM queue AS e WHERE e.target = q.target AND e.lane = q.lane
                        AND (e.event, e.ordinal) < (q.event, q.ordinal)
                        AND NOT (e.state = 1 AND e.rule IN (SELECT value FROM json_each(?5)))))
            ORDER BY q.due, q.event, q.ordinal LIMIT ?3
            """)
        nextDue = try prepare(
            """
            SELECT due FROM queue WHERE target = ?1 AND state = 1 AND due > ?2
                AND rule NOT IN (SELECT value FROM json_each(?3)) ORDER BY due LIMIT 1
            """)
        doubtful = try prepare(
            """
            SELECT \(Self.columns) FROM queue AS q
            WHERE q.target = ?1 AND q.state = 4 AND q.due <= ?2
                AND q.rule NOT IN (SELECT value FROM json_each(?4)) ORDER BY q.due, q.event, q.ordinal LIMIT ?3
            """)
        nextDoubt = try prepare(
            """
            SELECT due FROM queue WHERE target = ?1 AND state = 4 AND due > ?2
                AND rule NOT IN (SELECT value FROM json_each(?3)) ORDER BY due LIMIT 1
            """)
        interrupted = try prepare("SELECT event, ordinal, ends FROM interrupted")
        lane = try prepare(
            """
            SELECT \(Self.columns) FROM queue AS q
            WHERE q.target = ?1 AND q.lane = ?2 AND (q.event, q.ordinal) > (?3, ?4)
                AND (q.event, q.ordinal) <= (?5, ?6)
                AND NOT (q.state = 1 AND q.rule IN (SELECT value FROM json_each(?8))) ORDER BY q.event, q.ordinal LIMIT ?7
            """)
        earlierInLane = try prepare(
            """
            SELECT 1 FROM queue WHERE target = ?1 AND lane = ?2 AND (event, ordinal) < (?3, ?4)
                AND NOT (state = 1 AND rule IN (SELECT value FROM json_each(?5))) LIMIT 1
            """)
        stopped = try prepare(
            """
            SELECT EXISTS (SELECT 1 FROM queue WHERE target = ?1 AND state = 1)
                OR EXISTS (SELECT 1 FROM queue WHERE target = ?1 AND state > 1)
            """)
        one = try prepare(
            "SELECT \(Self.columns) FROM queue AS q WHERE q.target = ?1 AND q.event = ?2 AND q.ordinal = ?3")
        book = try prepare("SELECT content FROM books WHERE version = ?")
        paused = try prepare("SELECT paused FROM targets WHERE number = ?")
        targetState = try prepare("SELECT \(TargetState.columns) FROM target_states WHERE target = ?")
        deadReason = try prepare("SELECT target, reason FROM on_dead WHERE event = ? AND ordinal = ?")
        begin = try prepare("BEGIN")
        end = try prepare("COMMIT")
        event = try prepare("SELECT id, type, subject, time, body FROM events WHERE sequence = ?")
    }

    /// Looks at the queue as the rules in force ask for.
    /// - Parameters:
    ///   - parked: rules whose deferred deliveries are left alone.
    ///   - skipping: rules whose deferred deliveries let later ones of their lane pass.
    package func use(parked: [Int64], skipping: [Int64]) {
        func text(_ rules: [Int64]) -> String { JSONValue.array(rules.map { .integer($0) }).text }
        self.parked = text(parked)
        self.skipping = text(skipping)
    }

    deinit { sqlite3_close_v2(connection) }

    /// Answers all questions of `body` from one state of the file. Each question alone would lock and unlock it.
    /// - Parameter body: must not wait, or the file's log would grow.
    package func inOneLook(_ body: () throws -> Void) throws {
        try begin.run()
        try body()
        try end.run()
    }

    /// What waits for a target after a delivery, in commit order.
    package func page(target: Int64, after: DeliveryID, limit: Int) throws(StateError) -> [QueuedDelivery] {
        page.bind(1, target).bind(2, after.event).bind(3, Int64(after.ordinal)).bind(4, Int64(limit))
        return try read(page, target: target)
    }

    /// The deferred deliveries of a target whose time has come and that are the first of their lanes or let others
    /// pass, longest due first; then the uncertain ones.
    package func due(target: Int64, at time: Timestamp, limit: Int) throws(StateError) -> [QueuedDelivery] {
        due.bind(1, target).bind(2, time.milliseconds).bind(3, Int64(limit)).bind(4, parked)
            .bind(5, skipping)
        let deferred = try read(due, target: target)
        guard deferred.count < limit else { return deferred }
        doubtful.bind(1, target).bind(2, time.milliseconds).bind(3, Int64(limit - deferred.count)).bind(4, parked)
        return try deferred + read(doubtful, target: target)
    }

    /// When the next deferred or uncertain delivery of a target becomes due after `time`; nil where there is none.
    package func nextDue(target: Int64, after time: Timestamp) throws(StateError) -> Timestamp? {
        func first(_ statement: Statement) throws(StateError) -> Timestamp? {
            try statement.bind(1, target).bind(2, time.milliseconds).bind(3, parked).first { row in
                Timestamp(milliseconds: row.integer(0))
            }
        }
        guard let deferred = try first(nextDue) else { return try first(nextDoubt) }
        return try first(nextDoubt).map { min($0, deferred) } ?? deferred
    }

    /// The deliveries that were under way when a daemon died, and how often without an outcome in between.
    package func interruptedDeliveries() throws(StateError) -> [DeliveryID: Int] {
        var found: [DeliveryID: Int] = [:]
        try interrupted.forEach { row throws(StateError) in
            found[DeliveryID(event: row.integer(0), ordinal: Int(row.integer(1)))] = Int(row.integer(2))
        }
        return found
    }

    /// What stands in a lane after one delivery, up to and including another; without what lets others pass.
    package func lane(
        _ key: LaneKey,
        target: Int64,
        after: DeliveryID,
        upTo: DeliveryID,
        limit: Int
    ) throws(StateError) -> [QueuedDelivery] {
        lane.bind(1, target).bind(2, key.rawValue).bind(3, after.event).bind(4, Int64(after.ordinal))
            .bind(5, upTo.event).bind(6, Int64(upTo.ordinal)).bind(7, Int64(limit)).bind(8, skipping)
        return try read(lane, target: target)
    }

    /// Whether something earlier in the lane still waits.
    package func hasEarlier(in key: LaneKey, target: Int64, than id: DeliveryID) throws(StateError) -> Bool {
        earlierInLane.bind(1, target).bind(2, key.rawValue).bind(3, id.event).bind(4, Int64(id.ordinal)).bind(
            5, skipping)
        return try earlierInLane.first { _ in true } ?? false
    }

    /// Whether any delivery of the target is deferred, held or uncertain, so that lanes may be stopped.
    package func hasStopped(target: Int64) throws(StateError) -> Bool {
        try stopped.bind(1, target).first { $0.integer(0) != 0 } ?? false
    }

    /// One waiting delivery; nil where it does not wait any more.
    package func delivery(_ id: DeliveryID, target: Int64) throws(StateError) -> QueuedDelivery? {
        one.bind(1, target).bind(2, id.event).bind(3, Int64(id.ordinal))
        return try read(one, target: target).first
    }

    /// An event with its body; nil where the journal does not have it.
    package func event(_ sequence: Int64) throws(StateError) -> Event? {
        try event.bind(1, sequence).first { row in
            Event(
                sequence: sequence, id: EventID(rawValue: row.text(0)), type: EventType(row.text(1)),
                subject: row.text(2), time: Timestamp(milliseconds: row.integer(3)), body: row.bytes(4))
        }
    }

    /// The content of a rule book that was in force once; nil where there is no such version.
    package func book(version: Int64) throws(StateError) -> [UInt8]? {
        try book.bind(1, version).first { $0.bytes(0) }
    }

    /// Whether an operator has paused the target.
    package func isPaused(target: Int64) throws(StateError) -> Bool {
        try paused.bind(1, target).first { $0.integer(0) != 0 } ?? false
    }

    /// What is known of a target's health.
    package func state(ofTarget target: Int64) throws(StateError) -> TargetState {
        try targetState.bind(1, target).first { TargetState($0) } ?? TargetState()
    }

    /// The dead letter from which a delivery follows; nil where it follows from none.
    package func deadLetter(behind id: DeliveryID) throws(StateError) -> (target: String, reason: String)? {
        try deadReason.bind(1, id.event).bind(2, Int64(id.ordinal)).first { ($0.text(0), $0.text(1)) }
    }

    private func read(_ statement: Statement, target: Int64) throws(StateError) -> [QueuedDelivery] {
        var found: [QueuedDelivery] = []
        try statement.forEach { row throws(StateError) in
            found.append(
                QueuedDelivery(
                    id: DeliveryID(event: row.integer(0), ordinal: Int(row.integer(1))), target: target,
                    rule: row.integer(2), lane: row.isNull(3) ? nil : LaneKey(rawValue: row.integer(3)),
                    state: DeliveryState(code: row.integer(4)),
                    due: row.isNull(5) ? nil : Timestamp(milliseconds: row.integer(5)),
                    attempts: Int(row.integer(6)), round: Int(row.integer(7)), cause: row.text(8),
                    aged: row.integer(9), book: row.integer(row.isNull(11) ? 12 : 11), bytes: row.integer(10)))
        }
        return found
    }
}
