package import CallbackCore
import GRDB

extension StateQueries {
    /// Deliveries that wait to be verified, and those that are held because callbackd ended again and again while they
    /// were under way.
    package func doubts() throws(StateError) -> DaemonStatus.DoubtLine {
        try read { database in
            let uncertain = try Int.fetchOne(
                database,
                sql: """
                    SELECT count(*) FROM (SELECT 1 FROM targets AS t CROSS JOIN queue AS q ON q.target = t.number
                        WHERE q.state > 1 AND q.state = \(DeliveryState.uncertain.code) LIMIT \(BoundedCount.limit))
                    """)
            let held = try Row.fetchAll(
                database,
                sql: """
                    SELECT i.event, i.ordinal FROM interrupted AS i CROSS JOIN queue AS q
                        ON q.target = i.target AND q.event = i.event AND q.ordinal = i.ordinal
                    WHERE i.ends >= \(IntentRecovery.patience) AND q.state = \(DeliveryState.held.code)
                    ORDER BY i.event, i.ordinal LIMIT 100
                    """)
            return DaemonStatus.DoubtLine(
                uncertain: uncertain ?? 0,
                heldAfterCrashes: held.map {
                    DeliveryID(event: $0["event"], ordinal: $0["ordinal"]).description
                })
        }
    }
}
