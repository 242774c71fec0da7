import CallbackCore

/// A target's health as it stands in the table.
extension TargetState {
    static let columns = """
        open_until, trips, throttled_until, failing_for, last_failure, disabled, disabled_words, disabled_since, \
        recovering
        """

    static let upsert = """
        INSERT INTO target_states (target, \(columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (target) DO UPDATE SET open_until = excluded.open_until, trips = excluded.trips,
            throttled_until = excluded.throttled_until, failing_for = excluded.failing_for,
            last_failure = excluded.last_failure, disabled = excluded.disabled,
            disabled_words = excluded.disabled_words, disabled_since = excluded.disabled_since,
            recovering = excluded.recovering
        """

    /// Binds the parameters of `upsert`.
    func bind(to statement: Statement, target: Int64) -> Statement {
        statement.bind(1, target).bind(2, openUntil?.milliseconds).bind(3, Int64(trips))
            .bind(4, throttledUntil?.milliseconds).bind(5, failingFor.milliseconds).bind(6, lastFailure?.milliseconds)
            .bind(7, disabled?.reason.rawValue).bind(8, disabled?.words).bind(9, disabled?.since.milliseconds)
            .bind(10, isRecovering ? 1 : 0)
    }

    /// Reads a row of `columns`.
    init(_ row: Statement) {
        func time(_ column: Int32) -> Timestamp? {
            row.isNull(column) ? nil : Timestamp(milliseconds: row.integer(column))
        }
        self.init()
        openUntil = time(0)
        trips = Int(row.integer(1))
        throttledUntil = time(2)
        failingFor = .milliseconds(row.integer(3))
        lastFailure = time(4)
        if let reason = DisabledReason(rawValue: row.text(5)), let since = time(7) {
            disabled = Disabled(reason: reason, words: row.text(6), since: since)
        }
        isRecovering = row.integer(8) != 0
    }
}
