package import CallbackCore

/// What an operator's command may change, inside the writer's transaction.
package struct StateCommands {
    let connection: OpaquePointer
    package let now: Timestamp
    let owed: OwedWork

    func run(_ sql: String, _ bind: (Statement) -> Void) throws(StateError) -> Int {
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

    /// Stops a waiting delivery, and with it its lane. An uncertain one stays what it is: it stops its lane already.
    package func hold(_ id: DeliveryID, target: Int64) throws(StateError) -> Bool {
        try run("UPDATE queue SET state = 2 WHERE target = ?1 AND event = ?2 AND ordinal = ?3 AND state <> 4") {
            $0.bind(1, target).bind(2, id.event).bind(3, Int64(id.ordinal))
        } == 1
    }

    /// Lets a held delivery go on.
    package func release(_ id: DeliveryID, target: Int64) throws(StateError) -> Bool {
        try goOn(id, target: target, from: "state = 2")
    }

    func goOn(_ id: DeliveryID, target: Int64, from states: String) throws(StateError) -> Bool {
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
        let delete = try Statement(
            connection, "DELETE FROM queue WHERE target = ?1 AND event = ?2 AND ordinal = ?3 RETURNING bytes")
        delete.bind(1, target).bind(2, id.event).bind(3, Int64(id.ordinal))
        guard let bytes = try delete.first({ $0.integer(0) }) else { return false }
        owed.remove(bytes)
        return true
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
        let insert = try Statement(
            connection,
            """
            INSERT INTO queue (target, event, ordinal, rule, lane, state, due, attempts, round, cause, bytes, since)
            SELECT l.target, l.event, l.ordinal, l.rule, l.lane, \(Self.stateBehindHead("l")), ?4, l.attempts, l.attempts,
                l.cause, length(e.body) + \(OwedWork.rowBytes), e.time
            FROM ledger AS l JOIN events AS e ON e.sequence = l.event
            WHERE l.event = ?1 AND l.ordinal = ?2 AND l.state = ?3 RETURNING bytes
            """)
        insert.bind(1, id.event).bind(2, Int64(id.ordinal)).bind(3, DeliveryState.dead.code).bind(4, now.milliseconds)
        guard let bytes = try insert.first({ $0.integer(0) }) else { return false }
        owed.add(bytes)
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

    /// Lets a target be tried again at once, as far as its breaker and its wish to be left alone are concerned.
    package func closeBreaker(target: Int64) throws(StateError) {
        _ = try run(
            "UPDATE target_states SET open_until = NULL, trips = 0, throttled_until = NULL WHERE target = ?"
        ) { $0.bind(1, target) }
    }

    /// Brings a disabled target back, and forgets how long it has failed.
    /// - Returns: whether it was disabled.
    package func enable(target: Int64) throws(StateError) -> Bool {
        let wasDisabled =
            try run(
                """
                UPDATE target_states SET disabled = NULL, disabled_words = NULL, disabled_since = NULL, recovering = 1
                WHERE target = ? AND disabled IS NOT NULL
                """
            ) { $0.bind(1, target) } == 1
        _ = try run(
            """
            UPDATE target_states SET open_until = NULL, trips = 0, throttled_until = NULL, failing_for = 0,
                last_failure = NULL WHERE target = ?
            """
        ) { $0.bind(1, target) }
        return wasDisabled
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
}
