package import CallbackCore

/// What an operator's command may change, inside the writer's transaction.
package struct StateCommands {
    let connection: OpaquePointer
    let now: Timestamp

    private func run(_ sql: String, _ bind: (Statement) -> Void) throws(StateError) -> Int {
        let statement = try Statement(connection, sql)
        bind(statement)
        try statement.run()
        return statement.changes
    }

    /// Makes a deferred or held delivery due at once. One that stands behind another of its lane waits for that one.
    /// - Returns: whether there was such a delivery.
    package func retry(_ id: DeliveryID, target: Int64) throws(StateError) -> Bool {
        try goOn(id, target: target, from: "state IN (1, 2)")
    }

    /// Stops a waiting delivery, and with it its lane.
    package func hold(_ id: DeliveryID, target: Int64) throws(StateError) -> Bool {
        try run("UPDATE queue SET state = 2 WHERE target = ?1 AND event = ?2 AND ordinal = ?3") {
            $0.bind(1, target).bind(2, id.event).bind(3, Int64(id.ordinal))
        } == 1
    }

    /// Lets a held delivery go on.
    package func release(_ id: DeliveryID, target: Int64) throws(StateError) -> Bool {
        try goOn(id, target: target, from: "state = 2")
    }

    private func goOn(_ id: DeliveryID, target: Int64, from states: String) throws(StateError) -> Bool {
        try run(
            """
            UPDATE queue SET due = ?4, state = CASE WHEN lane IS NOT NULL AND EXISTS (
                SELECT 1 FROM queue AS q WHERE q.target = queue.target AND q.lane = queue.lane
                    AND (q.event, q.ordinal) < (queue.event, queue.ordinal)) THEN 0 ELSE 1 END
            WHERE target = ?1 AND event = ?2 AND ordinal = ?3 AND \(states)
            """
        ) { $0.bind(1, target).bind(2, id.event).bind(3, Int64(id.ordinal)).bind(4, now.milliseconds) } == 1
    }

    /// Ends a waiting delivery without sending it.
    package func cancel(_ id: DeliveryID, target: Int64) throws(StateError) -> Bool {
        let moved = try run(
            """
            INSERT INTO ledger (event, ordinal, target, rule, lane, state, attempts, cause, finished)
            SELECT event, ordinal, target, rule, lane, ?4, attempts, cause, ?5 FROM queue
            WHERE target = ?1 AND event = ?2 AND ordinal = ?3
            """
        ) {
            $0.bind(1, target).bind(2, id.event).bind(3, Int64(id.ordinal)).bind(4, DeliveryState.cancelled.code)
                .bind(5, now.milliseconds)
        }
        guard moved == 1 else { return false }
        return try run("DELETE FROM queue WHERE target = ?1 AND event = ?2 AND ordinal = ?3") {
            $0.bind(1, target).bind(2, id.event).bind(3, Int64(id.ordinal))
        } == 1
    }

    /// SQL for the state of what is queued again: due, or behind the head of its lane. Only heads are found by their due
    /// time, so that a long lane costs no more than its head.
    static func stateBehindHead(_ table: String) -> String {
        """
        CASE WHEN \(table).lane IS NOT NULL AND EXISTS (SELECT 1 FROM queue AS q WHERE q.target = \(table).target
            AND q.lane = \(table).lane AND (q.event, q.ordinal) < (\(table).event, \(table).ordinal)) THEN 0 ELSE 1 END
        """
    }

    /// Queues a dead letter again, with the same `webhook-id` and a new round of its schedule.
    package func redrive(_ id: DeliveryID) throws(StateError) -> Bool {
        let moved = try run(
            """
            INSERT INTO queue (target, event, ordinal, rule, lane, state, due, attempts, round, cause)
            SELECT target, event, ordinal, rule, lane, \(Self.stateBehindHead("l")), ?4, attempts, attempts, cause
            FROM ledger AS l WHERE event = ?1 AND ordinal = ?2 AND state = ?3
            """
        ) { $0.bind(1, id.event).bind(2, Int64(id.ordinal)).bind(3, DeliveryState.dead.code).bind(4, now.milliseconds) }
        guard moved == 1 else { return false }
        return try run("DELETE FROM ledger WHERE event = ?1 AND ordinal = ?2") {
            $0.bind(1, id.event).bind(2, Int64(id.ordinal))
        } == 1
    }

    /// Gives a dead letter up.
    package func discard(_ id: DeliveryID) throws(StateError) -> Bool {
        try run("UPDATE ledger SET state = ?4, finished = ?5 WHERE event = ?1 AND ordinal = ?2 AND state = ?3") {
            $0.bind(1, id.event).bind(2, Int64(id.ordinal)).bind(3, DeliveryState.dead.code)
                .bind(4, DeliveryState.discarded.code).bind(5, now.milliseconds)
        } == 1
    }

    package func setPaused(_ paused: Bool, target: Int64) throws(StateError) {
        _ = try run("UPDATE targets SET paused = ?2 WHERE number = ?1") {
            $0.bind(1, target).bind(2, paused ? 1 : 0)
        }
    }

    /// Closes a source's open gap.
    package func acceptGap(of source: SourceName) throws(StateError) -> Bool {
        try run("UPDATE sources SET gap = NULL WHERE name = ?1 AND gap IS NOT NULL") {
            $0.bind(1, source.rawValue)
        } == 1
    }

    /// Forgets a source, so that its next contact is its first.
    package func forgetSource(_ source: SourceName) throws(StateError) {
        _ = try run("DELETE FROM source_names WHERE source = ?") { $0.bind(1, source.rawValue) }
        _ = try run("DELETE FROM sources WHERE name = ?") { $0.bind(1, source.rawValue) }
    }

    /// The bytes that the file's content takes, pages that can be used again not counted.
    package func contentSize() throws(StateError) -> Int64 {
        func pragma(_ name: String) throws(StateError) -> Int64 {
            try Statement(connection, "PRAGMA \(name)").first { $0.integer(0) } ?? 0
        }
        return try (pragma("page_count") - pragma("freelist_count")) * pragma("page_size")
    }

    /// What one step of removing came to.
    package struct Removal: Sendable, Hashable {
        package var removed: Int
        /// Where the next step begins; nil where nothing is left to look at.
        package var next: Int64?

        package init(removed: Int, next: Int64?) {
            self.removed = removed
            self.next = next
        }
    }

    /// Removes finished events among the `count` that follow a number: none that is owed or dead, none newer than
    /// `before`. The last event of the journal always stays: its number must not be given again.
    package func removeFinished(after: Int64, before: Timestamp, count: Int) throws(StateError) -> Removal {
        let looked = try Statement(
            connection,
            """
            SELECT max(sequence), count(*), min(time) FROM (SELECT sequence, time FROM events WHERE sequence > ?1
                AND sequence < (SELECT max(sequence) FROM events) ORDER BY sequence LIMIT ?2)
            """)
        looked.bind(1, after).bind(2, Int64(count))
        guard let (last, number, oldestTime) = try looked.first({ ($0.integer(0), $0.integer(1), $0.integer(2)) }),
            number > 0, oldestTime < before.milliseconds
        else { return Removal(removed: 0, next: nil) }
        let oldest = try Statement(
            connection,
            """
            SELECT sequence FROM events AS e WHERE time < ?1 AND sequence > ?3 AND sequence <= ?4
                AND NOT EXISTS (SELECT 1 FROM targets AS t JOIN queue AS q
                    ON q.target = t.number AND q.event = e.sequence)
                AND NOT EXISTS (SELECT 1 FROM ledger AS l WHERE l.event = e.sequence AND l.state = ?2)
            """)
        oldest.bind(1, before.milliseconds).bind(2, DeliveryState.dead.code).bind(3, after).bind(4, last)
        var removed: [Int64] = []
        try oldest.forEach { row throws(StateError) in removed.append(row.integer(0)) }
        for table in ["attempts", "ledger"] {
            let delete = try Statement(connection, "DELETE FROM \(table) WHERE event = ?")
            for sequence in removed { try delete.bind(1, sequence).run() }
        }
        let delete = try Statement(connection, "DELETE FROM events WHERE sequence = ?")
        for sequence in removed { try delete.bind(1, sequence).run() }
        return Removal(removed: removed.count, next: number == count ? last : nil)
    }
}
