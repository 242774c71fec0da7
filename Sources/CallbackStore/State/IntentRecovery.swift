package import CallbackCore
import GRDB

/// What became of the attempts that were under way when the last life of the state file ended.
package struct IntentRecovery: Hashable, Sendable {
    /// They wait to be verified.
    package var uncertain: [DeliveryID] = []
    /// They are dead letters, because nobody can be asked about them.
    package var dead: [DeliveryID] = []
    /// They are sent again with the same `webhook-id`.
    package var sentAgain: [DeliveryID] = []
    /// They were under way at each of several ends in a row, and wait for an operator.
    package var held: [DeliveryID] = []

    package init(
        uncertain: [DeliveryID] = [], dead: [DeliveryID] = [], sentAgain: [DeliveryID] = [], held: [DeliveryID] = []
    ) {
        self.uncertain = uncertain
        self.dead = dead
        self.sentAgain = sentAgain
        self.held = held
    }

    /// A delivery that was under way at so many unclean ends, without an outcome in between, is held.
    package static let patience = 3

    package var isEmpty: Bool { self == IntentRecovery() }
}

extension StateFile {
    /// Decides what becomes of the attempts that were noted and have no outcome. Nothing may be sent before.
    /// - Parameter wait: how long to wait before a delivery of a target is verified, from the number of its attempts
    ///   in its round; nil where the target cannot be asked.
    /// - Throws: then nothing is changed.
    package func recoverIntents(now: Timestamp, wait: (Int64, Int) -> Duration?) throws -> IntentRecovery {
        try queue.write { database in
            var recovery = IntentRecovery()
            for row in try Row.fetchAll(database, sql: "SELECT * FROM intents ORDER BY event, ordinal") {
                try recover(OpenIntent(row), now: now, wait: wait, &recovery, database)
            }
            try database.execute(
                sql: """
                    DELETE FROM intents;
                    DELETE FROM interrupted WHERE NOT EXISTS (SELECT 1 FROM queue AS q WHERE q.target = interrupted.target
                        AND q.event = interrupted.event AND q.ordinal = interrupted.ordinal);
                    """)
            return recovery
        }
    }

    private func recover(
        _ intent: OpenIntent,
        now: Timestamp,
        wait: (Int64, Int) -> Duration?,
        _ recovery: inout IntentRecovery,
        _ database: Database
    ) throws {
        let ends = wasUnclean ? try intent.countEnd(database) : 0
        let isSuspect = ends >= IntentRecovery.patience
        let round = try Int.fetchOne(
            database, sql: "SELECT round FROM queue \(OpenIntent.place)", arguments: intent.key)
        guard let round else { return }
        let again = isSuspect ? ", for the \(ends). time without an outcome in between" : ""
        let begin = "callbackd ended while this was being sent\(again)"
        guard intent.isGuarded else {
            if isSuspect { recovery.held.append(intent.delivery) } else { recovery.sentAgain.append(intent.delivery) }
            let words = isSuspect ? "it is held" : "it is sent again with the same webhook-id"
            try intent.record(.unavailable, "\(begin): \(words)", database)
            // Our end is no failure of the target: the schedule does not count it.
            return try database.execute(
                sql: "UPDATE queue SET attempts = ?, round = round + 1\(isSuspect ? ", state = 2" : "") "
                    + OpenIntent.place,
                arguments: [intent.number] + intent.key)
        }
        guard !isSuspect, let wait = wait(intent.target, intent.number - round) else {
            recovery.dead.append(intent.delivery)
            try intent.record(.uncertain, "\(begin): whether it was processed cannot be known", database)
            return try intent.die(now: now, database)
        }
        recovery.uncertain.append(intent.delivery)
        try intent.record(.uncertain, "\(begin): it is verified before anything else is sent", database)
        try database.execute(
            sql: "UPDATE queue SET attempts = ?, state = ?, due = ? \(OpenIntent.place)",
            arguments: [intent.number, DeliveryState.uncertain.code, (now + wait).milliseconds] + intent.key)
    }
}

/// An attempt without an outcome.
private struct OpenIntent {
    static let place = "WHERE target = ? AND event = ? AND ordinal = ?"

    let delivery: DeliveryID
    let target: Int64
    let number: Int
    /// Its target asked that nothing be sent blind.
    let isGuarded: Bool

    init(_ row: Row) {
        delivery = DeliveryID(event: row["event"], ordinal: row["ordinal"])
        target = row["target"]
        number = row["number"]
        isGuarded = row["guarded"]
    }

    var key: StatementArguments { [target, delivery.event, delivery.ordinal] }

    /// - Returns: at how many ends it has been under way by now.
    func countEnd(_ database: Database) throws -> Int {
        try database.execute(
            sql: """
                INSERT INTO interrupted (event, ordinal, target, ends) VALUES (?, ?, ?, 1)
                ON CONFLICT (event, ordinal) DO UPDATE SET ends = ends + 1
                """,
            arguments: [delivery.event, delivery.ordinal, target])
        return try Int.fetchOne(
            database, sql: "SELECT ends FROM interrupted WHERE event = ? AND ordinal = ?",
            arguments: [delivery.event, delivery.ordinal]) ?? 0
    }

    func record(_ outcome: RecordedOutcome, _ reason: String, _ database: Database) throws {
        try database.execute(
            sql: "UPDATE attempts SET outcome = ?, reason = ? WHERE event = ? AND ordinal = ? AND number = ?",
            arguments: [outcome.rawValue, reason, delivery.event, delivery.ordinal, number])
    }

    func die(now: Timestamp, _ database: Database) throws {
        try database.execute(
            sql: """
                INSERT INTO ledger (event, ordinal, target, rule, lane, state, reason, attempts, cause, finished)
                SELECT event, ordinal, target, rule, lane, ?, ?, ?, cause, ? FROM queue \(Self.place)
                """,
            arguments: [
                DeliveryState.dead.code, DeadReason.uncertain.code, number, now.milliseconds,
            ] + key)
        try database.execute(sql: "DELETE FROM queue \(Self.place)", arguments: key)
    }
}
