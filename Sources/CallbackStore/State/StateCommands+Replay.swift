package import CallbackCore

/// One step of a replay: what the events up to a place in the journal come to.
package struct ReplayStep: Sendable {
    package struct Delivery: Sendable {
        package var event: Int64
        package var rule: Int64
        package var lane: LaneKey?
        package var cause: String

        package init(event: Int64, rule: Int64, lane: LaneKey?, cause: String) {
            self.event = event
            self.rule = rule
            self.lane = lane
            self.cause = cause
        }
    }

    package var replay: Int64
    package var target: Int64
    /// The rule book that it is judged by; nil where the deliveries repeat others, with the book of each.
    package var book: Int64?
    package var deliveries: [Delivery] = []
    /// The last event of the journal that was looked at.
    package var position: Int64 = 0
    /// Events looked at, those without a text, and those that are left out.
    package var looked = 0
    package var bare = 0
    package var leftOut = 0
    /// Nothing is left to look at.
    package var isLast = false

    package init(replay: Int64, target: Int64, book: Int64?) {
        self.replay = replay
        self.target = target
        self.book = book
    }
}

/// What became of one step.
package enum ReplayStepResult: Sendable {
    /// Somebody has ended the replay.
    case ended
    /// Enough of it waits: nothing was written.
    case full
    /// On disk with the commit: these wait now.
    case queued([QueuedDelivery])
}

/// Replays, inside the writer's transaction: what enters the queue and how far the replay has come are one thing, so that
/// a crash neither loses an event of it nor sends one twice.
extension StateCommands {
    /// At most about so many deliveries of one replay wait at a time: the rest stays in the journal.
    package static let mostWaitingOfReplay = 2000

    /// Begins a replay of what is in the journal now.
    /// - Returns: its number.
    package func beginReplay(_ request: ReplayRequest, target: Int64) throws(StateError) -> Int64 {
        // Counted by the hour, because the slowest pace is one in an hour.
        let rate = request.rate > 0 ? min(request.rate, 1_000_000) * 3600 : 1
        let insert = try Statement(
            connection,
            """
            INSERT INTO replays (target, since, until, types, subject, rule, only_matched, same_id, rate, began, last)
            SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9 / 3600.0, ?10, ifnull((SELECT max(sequence) FROM events), 0)
            """)
        insert.bind(1, target).bind(2, request.since).bind(3, request.until)
            .bind(4, JSONValue.array(request.types.map { .string($0) }).text)
        bind(insert, 5, request.subject)
        bind(insert, 6, request.rule)
        insert.bind(7, request.onlyMatched ? 1 : 0).bind(8, request.sameID ? 1 : 0)
            .bind(9, Int64(max(1, rate.rounded()))).bind(10, now.milliseconds)
        try insert.run()
        return try Statement(connection, "SELECT max(number) FROM replays").first { $0.integer(0) } ?? 0
    }

    private func bind(_ statement: Statement, _ index: Int32, _ text: String?) {
        if let text { statement.bind(index, text) } else { statement.bind(index, nil as Int64?) }
    }

    /// Writes one step of a replay.
    package func take(_ step: ReplayStep) throws(StateError) -> ReplayStepResult {
        guard let repeats = try repeats(openReplay: step.replay) else { return .ended }
        let waiting = try waiting(ofReplay: step.replay, repeats: repeats, limit: Self.mostWaitingOfReplay)
        guard waiting.count < Self.mostWaitingOfReplay || step.deliveries.isEmpty else { return .full }
        let insert = try insertion()
        var made: [QueuedDelivery] = []
        var leftOut = step.leftOut
        for delivery in step.deliveries {
            insert.bind(1, step.target).bind(2, delivery.event).bind(3, delivery.rule).bind(4, delivery.lane?.rawValue)
                .bind(5, now.milliseconds).bind(6, delivery.cause)
            let row = try insert.first { (ordinal: Int($0.integer(0)), state: $0.integer(1), bytes: $0.integer(2)) }
            guard let (ordinal, state, bytes) = row else {
                leftOut += 1
                continue
            }
            owed.add(bytes)
            made.append(
                QueuedDelivery(
                    id: DeliveryID(event: delivery.event, ordinal: ordinal), target: step.target, rule: delivery.rule,
                    lane: delivery.lane, state: DeliveryState(code: state), due: now, cause: delivery.cause,
                    book: step.book ?? 0, bytes: bytes))
        }
        let update = try Statement(
            connection,
            """
            UPDATE replays SET position = ?2, looked = looked + ?3, queued = queued + ?4, left_out = left_out + ?5,
                bare = bare + ?6, book = ?7, ended = ?8 WHERE number = ?1
            """)
        update.bind(1, step.replay).bind(2, step.position).bind(3, Int64(step.looked)).bind(4, Int64(made.count))
            .bind(5, Int64(leftOut)).bind(6, Int64(step.bare)).bind(7, step.book)
            .bind(8, step.isLast ? now.milliseconds : nil as Int64?)
        try update.run()
        return .queued(made)
    }

    /// One more delivery of an event: not where its text is gone, and not where the same rule's is still owed.
    private func insertion() throws(StateError) -> Statement {
        try Statement(
            connection,
            """
            INSERT INTO queue (target, event, ordinal, rule, lane, state, due, cause, bytes, since)
            SELECT l.target, l.event, l.ordinal, ?3, l.lane, \(Self.stateBehindHead("l")), ?5, ?6,
                l.bytes + \(OwedWork.rowBytes), l.since
            FROM (SELECT ?1 AS target, sequence AS event, length(body) AS bytes, time AS since, ?4 AS lane, 1 + max(
                    ifnull((SELECT max(ordinal) FROM ledger WHERE event = ?2), 0),
                    ifnull((SELECT max(w.ordinal) FROM targets AS t CROSS JOIN queue AS w
                        ON w.target = t.number AND w.event = ?2), 0)) AS ordinal
                FROM events WHERE sequence = ?2 AND length(body) > 0
                    AND NOT EXISTS (SELECT 1 FROM queue WHERE target = ?1 AND event = ?2 AND rule = ?3)) AS l
            RETURNING ordinal, state, bytes
            """)
    }

    /// Ends a replay that cannot go on.
    package func endReplay(_ number: Int64, because problem: String) throws(StateError) {
        try Statement(connection, "UPDATE replays SET ended = ?2, problem = ?3 WHERE number = ?1 AND ended IS NULL")
            .bind(1, number).bind(2, now.milliseconds).bind(3, problem).run()
    }

    /// What cancelling a replay came to.
    package struct CancelledReplay: Sendable, Hashable {
        /// Deliveries that waited and never will be sent.
        package var cancelled: Int
        /// Deliveries that are being attempted and end by themselves.
        package var underWay: Int
        /// It had not come to its end.
        package var wasGoingOn: Bool
    }

    /// Ends a replay and cancels what of it waits.
    /// - Parameter underWay: what is being attempted and cannot be taken back.
    /// - Returns: nil where there is no such replay.
    package func cancelReplay(_ number: Int64, except underWay: Set<DeliveryID>) throws(StateError) -> CancelledReplay?
    {
        let find = try Statement(connection, "SELECT same_id, ended FROM replays WHERE number = ?").bind(1, number)
        guard let (repeats, isOpen) = try find.first({ ($0.integer(0) == 1, $0.isNull(1)) }) else { return nil }
        var result = CancelledReplay(cancelled: 0, underWay: 0, wasGoingOn: isOpen)
        for (id, target) in try waiting(ofReplay: number, repeats: repeats, limit: .max) {
            if underWay.contains(id) {
                result.underWay += 1
            } else if try cancel(id, target: target) {
                result.cancelled += 1
            }
        }
        if isOpen || result.cancelled > 0 {
            try Statement(
                connection, "UPDATE replays SET ended = ifnull(ended, ?2), cancelled = 1 WHERE number = ?1"
            ).bind(1, number).bind(2, now.milliseconds).run()
        }
        return result
    }

    /// Whether a replay that goes on repeats other deliveries; nil where it has ended.
    private func repeats(openReplay number: Int64) throws(StateError) -> Bool? {
        try Statement(connection, "SELECT same_id FROM replays WHERE number = ? AND ended IS NULL").bind(1, number)
            .first { $0.integer(0) == 1 }
    }

    private func waiting(
        ofReplay number: Int64,
        repeats: Bool,
        limit: Int
    ) throws(StateError) -> [(id: DeliveryID, target: Int64)] {
        let (first, last) = ReplayCause.range(number, repeats: repeats)
        let find = try Statement(
            connection,
            """
            SELECT event, ordinal, target FROM queue INDEXED BY queue_replay WHERE cause >= 'replay:'
                AND cause < 'replay;' AND cause >= ?1 AND cause <= ?2 LIMIT ?3
            """)
        find.bind(1, first).bind(2, last).bind(3, Int64(limit))
        var found: [(id: DeliveryID, target: Int64)] = []
        try find.forEach { row throws(StateError) in
            found.append((DeliveryID(event: row.integer(0), ordinal: Int(row.integer(1))), row.integer(2)))
        }
        return found
    }
}
