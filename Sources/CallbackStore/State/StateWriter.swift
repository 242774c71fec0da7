package import CallbackCore
import GRDBSQLite

/// Writes the state file: one transaction for each turn. Belongs to the one thread that calls it.
package final class StateWriter {
    private let file: StateFile
    private var sequence: Int64
    /// What is owed, counted along.
    package let owed: OwedWork

    private let begin: Statement
    private let commit: Statement
    private let rollback: Statement
    private let insertEvent: Statement
    private let insertQueued: Statement
    private let holdSubject: Statement
    private let upsertMark: Statement
    private let openGap: Statement
    private let dropNames: Statement
    private let upsertName: Statement
    private let deleteName: Statement
    private let insertAttempt: Statement
    private let finish: Statement
    private let unqueue: Statement
    private let postpone: Statement
    private let intents: IntentWriter
    private let putBack: Statement
    private let consequences: ConsequenceWriter

    /// - Throws: `StateError` where the file does not have the tables of this version.
    package init(_ file: StateFile) throws {
        self.file = file
        sequence = try file.lastSequence()
        owed = try OwedWork(file.connection)
        func prepare(_ sql: String) throws(StateError) -> Statement { try Statement(file.connection, sql) }
        begin = try prepare("BEGIN IMMEDIATE")
        commit = try prepare("COMMIT")
        rollback = try prepare("ROLLBACK")
        // A change that is read again (a restored state, a log taken over) keeps its id and is not journalled twice.
        insertEvent = try prepare(
            """
            INSERT INTO events (sequence, id, source, type, subject, time, book, body)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING
            """)
        insertQueued = try prepare(
            """
            INSERT INTO queue (target, event, ordinal, rule, lane, state, bytes, since) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """)
        holdSubject = try prepare(
            "INSERT INTO held_subjects (source, subject, since) VALUES (?, ?, ?) ON CONFLICT DO NOTHING")
        upsertMark = try prepare(
            """
            INSERT INTO sources (name, incarnation, position, nonce, installed) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (name) DO UPDATE SET incarnation = excluded.incarnation, position = excluded.position,
                nonce = excluded.nonce, installed = excluded.installed
            """)
        openGap = try prepare(
            """
            UPDATE sources SET gap = CASE WHEN gap IS NULL THEN ?2 ELSE json_set(
                gap, '$.message', json_extract(gap, '$.message') || '; then: ' || ?3, '$.until', ?4) END
            WHERE name = ?1
            """)
        dropNames = try prepare(
            "DELETE FROM source_names WHERE source = ? AND tbl <> '\(SnapshotMemory.table)'")
        upsertName = try prepare(
            """
            INSERT INTO source_names (source, tbl, key, row) VALUES (?, ?, ?, ?)
            ON CONFLICT (source, tbl, key) DO UPDATE SET row = excluded.row
            """)
        deleteName = try prepare("DELETE FROM source_names WHERE source = ? AND tbl = ? AND key = ?")
        insertAttempt = try prepare(
            """
            INSERT INTO attempts (event, ordinal, number, started, duration, outcome, code, reason, output, truncated)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """)
        finish = try prepare(
            """
            INSERT INTO ledger (event, ordinal, target, rule, lane, state, reason, attempts, cause, finished)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """)
        unqueue = try prepare("DELETE FROM queue WHERE target = ? AND event = ? AND ordinal = ?")
        // A delivery that was held while it was under way stays held.
        postpone = try prepare(
            """
            UPDATE queue SET state = CASE state WHEN 2 THEN 2 ELSE 1 END, due = ?4, attempts = ?5, aged = ?6
            WHERE target = ?1 AND event = ?2 AND ordinal = ?3
            """)
        // The attempt stands in the ledger of attempts, and counts nowhere else.
        putBack = try prepare(
            """
            UPDATE queue SET state = CASE state WHEN 2 THEN 2 ELSE 0 END, due = NULL, attempts = ?4, round = round + 1
            WHERE target = ?1 AND event = ?2 AND ordinal = ?3
            """)
        consequences = try ConsequenceWriter(file.connection, owed: owed)
        intents = try IntentWriter(file.connection)
    }

    /// The number of the last event in the journal.
    package var lastSequence: Int64 { sequence }

    /// Opens the file once more, to move its log. Any thread may call it.
    package var checkpointer: @Sendable () throws -> Checkpointer {
        let path = file.path
        return { try Checkpointer(path: path) }
    }

    /// Pages that were written to the file's log since this was asked last.
    package func takePagesWritten() -> Int {
        var pages: Int32 = 0
        var highest: Int32 = 0
        sqlite3_db_status(file.connection, SQLITE_DBSTATUS_CACHE_WRITE, &pages, &highest, 1)
        return Int(pages)
    }

    /// Commits a turn. When it returns, everything in it is on disk.
    ///
    /// - Parameters:
    ///   - turn: what is committed.
    ///   - commands: operators' changes, committed with it.
    ///   - now: the time at which deliveries finish.
    /// - Returns: the deliveries that the turn made, in commit order, with their events.
    /// - Throws: `StateError`; then nothing of the turn was written and the same turn can be tried again.
    package func write(
        _ turn: Turn,
        commands: [(StateCommands) throws -> Void] = [],
        now: Timestamp
    ) throws -> [QueuedDelivery] {
        let (before, owedBefore) = (sequence, owed.sum)
        try begin.run()
        do {
            var made: [QueuedDelivery] = []
            for settlement in turn.settlements {
                try settle(settlement, now: now)
                if let more = settlement.consequences { try follow(more, settlement, now: now, into: &made) }
            }
            for intent in turn.intents { try intents.note(intent) }
            for entry in turn.intakes { try take(entry, into: &made, now: now) }
            if !commands.isEmpty {
                let surface = StateCommands(connection: file.connection, now: now, owed: owed)
                for command in commands { try command(surface) }
            }
            try commit.run()
            return made
        } catch {
            sequence = before
            owed.sum = owedBefore
            // SQLite may have rolled back by itself, as it does on a full disk; then there is nothing left to end.
            do { try rollback.run() } catch { _ = error }
            throw error
        }
    }

    private func take(
        _ entry: IntakeEntry,
        into made: inout [QueuedDelivery],
        now: Timestamp
    ) throws(StateError) {
        for var event in entry.events {
            let number = sequence + 1
            event.draft.number(number)
            insertEvent.bind(1, number).bind(2, event.id.rawValue).bind(3, entry.source.rawValue)
                .bind(4, event.type.rawValue).bind(5, event.subject).bind(6, event.time.milliseconds)
                .bind(7, entry.book).bind(8, event.draft.body)
            try insertEvent.run()
            guard insertEvent.changes == 1 else { continue }
            sequence = number
            guard !event.deliveries.isEmpty else { continue }
            let journalled = Event(
                sequence: number, id: event.id, type: event.type, subject: event.subject, time: event.time,
                body: event.draft.body)
            let bytes = Int64(event.draft.body.count) + OwedWork.rowBytes
            for (index, delivery) in event.deliveries.enumerated() {
                insertQueued.bind(1, delivery.target).bind(2, number).bind(3, Int64(index + 1))
                    .bind(4, delivery.rule).bind(5, delivery.lane?.rawValue)
                    .bind(6, delivery.isHeld ? DeliveryState.held.code : 0).bind(7, bytes)
                    .bind(8, event.time.milliseconds)
                try insertQueued.run()
                owed.add(bytes)
                made.append(
                    QueuedDelivery(
                        id: DeliveryID(event: number, ordinal: index + 1), target: delivery.target,
                        rule: delivery.rule, lane: delivery.lane, state: delivery.isHeld ? .held : .pending,
                        book: entry.book, bytes: bytes, event: journalled))
            }
        }
        for subject in entry.heldSubjects {
            try holdSubject.bind(1, entry.source.rawValue).bind(2, subject).bind(3, now.milliseconds).run()
        }
        if let mark = entry.mark { try take(mark, of: entry) }
    }

    private func take(_ mark: Mark, of entry: IntakeEntry) throws(StateError) {
        let source = entry.source.rawValue
        try upsertMark.bind(1, source).bind(2, mark.incarnation).bind(3, mark.position).bind(4, mark.nonce)
            .bind(5, mark.isInstalled ? 1 : 0).run()
        if entry.replacesNames { try dropNames.bind(1, source).run() }
        for change in entry.names {
            if let row = change.row {
                try upsertName.bind(1, source).bind(2, change.table).bind(3, change.key).bind(4, row).run()
            } else {
                try deleteName.bind(1, source).bind(2, change.table).bind(3, change.key).run()
            }
        }
        if let gap = entry.gap {
            try openGap.bind(1, source).bind(2, gap.json.text).bind(3, gap.message).bind(4, gap.until.description)
                .run()
        }
    }

    private func settle(_ settlement: Settlement, now: Timestamp) throws(StateError) {
        let id = settlement.delivery
        try record(settlement)
        switch settlement.decision {
        case .delivered: try end(settlement, as: .delivered, reason: nil, now: now)
        case .dead(let reason): try end(settlement, as: .dead, reason: reason, now: now)
        case .deferred(let until):
            try postpone.bind(1, settlement.target).bind(2, id.event).bind(3, Int64(id.ordinal))
                .bind(4, until.milliseconds).bind(5, Int64(settlement.attempt)).bind(6, settlement.aged).run()
        case .returned:
            try putBack.bind(1, settlement.target).bind(2, id.event).bind(3, Int64(id.ordinal))
                .bind(4, Int64(settlement.attempt)).run()
        case .uncertain(let until): try intents.doubt(settlement, until: until)
        case .sentAgain(let due): try intents.sendAgain(settlement, at: due)
        }
    }

    private func record(_ settlement: Settlement) throws(StateError) {
        guard !settlement.wasNoted else { return try intents.end(settlement) }
        let id = settlement.delivery
        let report = settlement.report
        insertAttempt.bind(1, id.event).bind(2, Int64(id.ordinal)).bind(3, Int64(settlement.attempt))
            .bind(4, report.startedAt.milliseconds).bind(5, report.duration.nanoseconds / 1000)
            .bind(6, settlement.recorded.rawValue).bind(7, report.code.map(Int64.init))
            .bind(8, report.reason).bind(9, report.output.isEmpty ? nil : report.output)
            .bind(10, report.outputTruncated ? 1 : 0)
        try insertAttempt.run()
    }

    private func follow(
        _ more: Consequences,
        _ settlement: Settlement,
        now: Timestamp,
        into made: inout [QueuedDelivery]
    ) throws(StateError) {
        if let state = more.target { try consequences.write(state, of: settlement.target) }
        if let onDead = more.onDead {
            try consequences.write(onDead, of: settlement.delivery, now: now, into: &made)
        }
        if let raised = more.raised { try take(raised, into: &made, now: now) }
    }

    private func end(
        _ settlement: Settlement,
        as state: DeliveryState,
        reason: DeadReason?,
        now: Timestamp
    ) throws(StateError) {
        let id = settlement.delivery
        try unqueue.bind(1, settlement.target).bind(2, id.event).bind(3, Int64(id.ordinal)).run()
        // An operator may have taken it out of the queue while it was under way: then its end stands in the ledger.
        guard unqueue.changes == 1 else { return }
        owed.remove(settlement.bytes)
        try finish.bind(1, id.event).bind(2, Int64(id.ordinal)).bind(3, settlement.target).bind(4, settlement.rule)
            .bind(5, settlement.lane?.rawValue).bind(6, state.code).bind(7, reason?.code)
            .bind(8, Int64(settlement.attempt)).bind(9, settlement.cause).bind(10, now.milliseconds).run()
    }
}

extension Gap {
    /// The gap as it is kept and shown.
    package var json: JSONValue {
        .object([
            "reason": .string(reason.rawValue), "message": .string(message), "after": .integer(after),
            "from": from.map { .string($0.description) } ?? .null, "until": .string(until.description),
        ])
    }
}
