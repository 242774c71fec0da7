package import CallbackCore

// Deliveries of which nobody knows whether they were processed: an operator may have them asked about at once, and must
// say it in so many words to have one sent.
extension StateCommands {
    /// Has an uncertain delivery asked about at once.
    package func ask(_ id: DeliveryID, target: Int64) throws(StateError) -> Bool {
        try run("UPDATE queue SET due = ?4 WHERE target = ?1 AND event = ?2 AND ordinal = ?3 AND state = 4") {
            $0.bind(1, target).bind(2, id.event).bind(3, Int64(id.ordinal)).bind(4, now.milliseconds)
        } == 1
    }

    /// Makes a delivery due at once, also one that may have been processed.
    package func retryAnyway(_ id: DeliveryID, target: Int64) throws(StateError) -> Bool {
        try goOn(id, target: target, from: "state IN (1, 2, 4)")
    }

    /// Whether a delivery waits and is uncertain.
    package func isUncertain(_ id: DeliveryID, target: Int64) throws(StateError) -> Bool {
        let found = try Statement(
            connection,
            "SELECT 1 FROM queue WHERE target = ?1 AND event = ?2 AND ordinal = ?3 AND state = 4")
        return try found.bind(1, target).bind(2, id.event).bind(3, Int64(id.ordinal)).first { _ in true } ?? false
    }

    /// The target of a dead letter that may have been processed; nil where this is none.
    package func targetOfDoubtfulDeadLetter(_ id: DeliveryID) throws(StateError) -> Int64? {
        let found = try Statement(
            connection, "SELECT target FROM ledger WHERE event = ?1 AND ordinal = ?2 AND state = ?3 AND reason = ?4")
        return try found.bind(1, id.event).bind(2, Int64(id.ordinal)).bind(3, DeliveryState.dead.code)
            .bind(4, DeadReason.uncertain.code).first { $0.integer(0) }
    }

    /// Queues a dead letter that may have been processed again, to be asked about before anything is sent.
    package func redriveAsking(_ id: DeliveryID, target: Int64) throws(StateError) -> Bool {
        guard try redrive(id) else { return false }
        return try run("UPDATE queue SET state = 4 WHERE target = ?1 AND event = ?2 AND ordinal = ?3") {
            $0.bind(1, target).bind(2, id.event).bind(3, Int64(id.ordinal))
        } == 1
    }
}
