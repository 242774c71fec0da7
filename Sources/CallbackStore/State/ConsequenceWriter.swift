import CallbackCore

/// Writes what follows from the end of an attempt, inside the writer's transaction. Nearly never used, so that its
/// statements may be many.
final class ConsequenceWriter {
    private let putTarget: Statement
    private let dropTarget: Statement
    private let lastOrdinal: Statement
    private let insertOnDead: Statement
    private let insertReason: Statement
    private let book: Statement
    private let owed: OwedWork

    init(_ connection: OpaquePointer, owed: OwedWork) throws(StateError) {
        self.owed = owed
        func prepare(_ sql: String) throws(StateError) -> Statement { try Statement(connection, sql) }
        putTarget = try prepare(TargetState.upsert)
        dropTarget = try prepare("DELETE FROM target_states WHERE target = ?")
        lastOrdinal = try prepare(
            """
            SELECT max(ordinal) FROM (SELECT ordinal FROM ledger WHERE event = ?1
                UNION ALL SELECT q.ordinal FROM targets AS t JOIN queue AS q ON q.target = t.number AND q.event = ?1)
            """)
        // The dead one stands in the ledger already. One that dies a second time has had its consequence.
        insertOnDead = try prepare(
            """
            INSERT INTO queue (target, event, ordinal, rule, lane, state, due, cause, bytes, since)
            SELECT ?1, ?2, ?3, d.rule, d.lane, 1, ?4, ?5, length(e.body) + \(OwedWork.rowBytes), e.time
            FROM ledger AS d JOIN events AS e ON e.sequence = d.event WHERE d.event = ?2 AND d.ordinal = ?6
                AND NOT EXISTS (SELECT 1 FROM queue AS q
                    WHERE q.target = ?1 AND q.event = ?2 AND q.rule = d.rule AND q.cause = ?5)
                AND NOT EXISTS (SELECT 1 FROM ledger AS l
                    WHERE l.event = ?2 AND l.target = ?1 AND l.rule = d.rule AND l.cause = ?5)
            RETURNING rule, lane, bytes
            """)
        insertReason = try prepare("INSERT INTO on_dead (event, ordinal, target, reason) VALUES (?, ?, ?, ?)")
        book = try prepare("SELECT book FROM events WHERE sequence = ?")
    }

    func write(_ state: TargetState, of target: Int64) throws(StateError) {
        guard !state.isWell else {
            try dropTarget.bind(1, target).run()
            return
        }
        try state.bind(to: putTarget, target: target).run()
    }

    /// Queues the event of a dead delivery for other targets, due at once.
    func write(
        _ onDead: Consequences.OnDead,
        of dead: DeliveryID,
        now: Timestamp,
        into made: inout [QueuedDelivery]
    ) throws(StateError) {
        let cause = DeliveryCause.onDead(of: onDead.deadTarget)
        var ordinal = Int(try lastOrdinal.bind(1, dead.event).first { $0.integer(0) } ?? 0)
        let version = try book.bind(1, dead.event).first { $0.integer(0) } ?? 0
        for target in onDead.targets {
            insertOnDead.bind(1, target).bind(2, dead.event).bind(3, Int64(ordinal + 1)).bind(4, now.milliseconds)
                .bind(5, cause).bind(6, Int64(dead.ordinal))
            var inserted: (rule: Int64, lane: LaneKey?, bytes: Int64)?
            try insertOnDead.forEach { row throws(StateError) in
                inserted = (
                    row.integer(0), row.isNull(1) ? nil : LaneKey(rawValue: row.integer(1)), row.integer(2)
                )
            }
            guard let (rule, lane, bytes) = inserted else { continue }
            owed.add(bytes)
            ordinal += 1
            try insertReason.bind(1, dead.event).bind(2, Int64(ordinal)).bind(3, onDead.deadTarget.rawValue)
                .bind(4, onDead.reason).run()
            made.append(
                QueuedDelivery(
                    id: DeliveryID(event: dead.event, ordinal: ordinal), target: target, rule: rule, lane: lane,
                    state: .deferred, due: now, cause: cause, book: version, bytes: bytes))
        }
    }
}
