import CallbackCore

/// Writes down which attempts are about to begin, and takes that back with their outcome.
///
/// What stands here at a start was under way when the last life ended, and its end is not known.
struct IntentWriter {
    private let insertAttempt: Statement
    private let insertIntent: Statement
    private let replaceAttempt: Statement
    private let removeIntent: Statement
    private let removeSuspicion: Statement
    private let doubt: Statement
    private let sendAgain: Statement

    init(_ connection: OpaquePointer) throws(StateError) {
        func prepare(_ sql: String) throws(StateError) -> Statement { try Statement(connection, sql) }
        insertAttempt = try prepare(
            """
            INSERT INTO attempts (event, ordinal, number, started, duration, outcome, reason, truncated)
            VALUES (?, ?, ?, ?, 0, \(RecordedOutcome.sending.rawValue), '', 0)
            """)
        insertIntent = try prepare(
            "INSERT INTO intents (event, ordinal, target, number, guarded) VALUES (?, ?, ?, ?, ?)")
        replaceAttempt = try prepare(
            """
            UPDATE attempts SET started = ?4, duration = ?5, outcome = ?6, code = ?7, reason = ?8, output = ?9,
                truncated = ?10
            WHERE event = ?1 AND ordinal = ?2 AND number = ?3
            """)
        removeIntent = try prepare("DELETE FROM intents WHERE event = ? AND ordinal = ?")
        removeSuspicion = try prepare("DELETE FROM interrupted WHERE event = ? AND ordinal = ?")
        doubt = try prepare(
            """
            UPDATE queue SET state = \(DeliveryState.uncertain.code), due = ?4, attempts = ?5
            WHERE target = ?1 AND event = ?2 AND ordinal = ?3
            """)
        // The question took the place of this sending in the schedule, so that it does not count.
        sendAgain = try prepare(
            """
            UPDATE queue SET state = 1, due = ?4, attempts = ?5, round = round + 1
            WHERE target = ?1 AND event = ?2 AND ordinal = ?3
            """)
    }

    /// An attempt is about to begin.
    func note(_ intent: Intent) throws(StateError) {
        let id = intent.delivery
        try insertAttempt.bind(1, id.event).bind(2, Int64(id.ordinal)).bind(3, Int64(intent.attempt))
            .bind(4, intent.startedAt.milliseconds).run()
        try insertIntent.bind(1, id.event).bind(2, Int64(id.ordinal)).bind(3, intent.target)
            .bind(4, Int64(intent.attempt)).bind(5, intent.isGuarded ? 1 : 0).run()
    }

    /// An attempt that was noted has ended.
    func end(_ settlement: Settlement) throws(StateError) {
        let id = settlement.delivery
        let report = settlement.report
        try replaceAttempt.bind(1, id.event).bind(2, Int64(id.ordinal)).bind(3, Int64(settlement.attempt))
            .bind(4, report.startedAt.milliseconds).bind(5, report.duration.nanoseconds / 1000)
            .bind(6, settlement.recorded.rawValue).bind(7, report.code.map(Int64.init))
            .bind(8, report.reason).bind(9, report.output.isEmpty ? nil : report.output)
            .bind(10, report.outputTruncated ? 1 : 0).run()
        try removeIntent.bind(1, id.event).bind(2, Int64(id.ordinal)).run()
        try removeSuspicion.bind(1, id.event).bind(2, Int64(id.ordinal)).run()
    }

    /// Nobody knows whether it was processed: its lane stops until that is known.
    func doubt(_ settlement: Settlement, until: Timestamp) throws(StateError) {
        try move(doubt, settlement, until)
    }

    /// It was not processed, so it may be sent.
    func sendAgain(_ settlement: Settlement, at due: Timestamp) throws(StateError) {
        try move(sendAgain, settlement, due)
    }

    private func move(_ statement: Statement, _ settlement: Settlement, _ due: Timestamp) throws(StateError) {
        let id = settlement.delivery
        try statement.bind(1, settlement.target).bind(2, id.event).bind(3, Int64(id.ordinal))
            .bind(4, due.milliseconds).bind(5, Int64(settlement.attempt)).run()
    }
}
