package import CallbackCore
import GRDB

/// One delivery as lists show it, whether it waits or is finished.
package struct DeliverySummary: Hashable, Sendable {
    package var id: DeliveryID
    package var eventID: EventID
    package var type: EventType
    package var subject: String
    package var rule: RuleName
    package var target: TargetName
    package var state: DeliveryState
    /// Why it is dead.
    package var reason: DeadReason?
    /// The reason as a sentence, with what the last attempt came to; nil where it is not dead.
    package var reasonWords: String?
    /// Attempts made so far.
    package var attempts: Int
    /// When it is tried again, where it is deferred.
    package var due: Timestamp?
    package var finished: Timestamp?
    package var cause: String

    /// What the receiver sees as `webhook-id`.
    package var webhookID: String { WebhookID.make(event: eventID, rule: rule, target: target, cause: cause) }

    package var json: JSONValue {
        .object([
            "delivery": .string(id.description), "event": .string(eventID.rawValue), "type": .string(type.rawValue),
            "subject": .string(subject), "rule": .string(rule.rawValue), "target": .string(target.rawValue),
            "state": .string(state.rawValue), "reason": reason.map { .string($0.rawValue) } ?? .null,
            "reason_words": reasonWords.map { .string($0) } ?? .null,
            "attempts": .integer(Int64(attempts)), "due": due.map { .string($0.description) } ?? .null,
            "finished": finished.map { .string($0.description) } ?? .null, "cause": .string(ReplayCause.shown(cause)),
            "webhook_id": .string(webhookID),
        ])
    }
}

/// The two tables in which a delivery can stand, read with the same columns.
enum DeliveryTable: String {
    case queue, ledger

    /// `d` is the delivery, `e` its event.
    var selection: String {
        let own =
            self == .queue
            ? "NULL AS reason, d.due, NULL AS finished, NULL AS words"
            : """
            d.reason, NULL AS due, d.finished, CASE WHEN d.state = 6 THEN (SELECT a.reason FROM attempts AS a
                WHERE a.event = d.event AND a.ordinal = d.ordinal ORDER BY a.number DESC LIMIT 1) END AS words
            """
        return """
            SELECT d.event, d.ordinal, d.target, d.rule, d.state, d.attempts, d.cause, \(own),
                e.id, e.type, e.subject
            FROM \(rawValue) AS d CROSS JOIN events AS e ON e.sequence = d.event
            """
    }
}

extension DeliverySummary {
    init(_ row: Row, names: StateNames, current: CurrentNames?) {
        id = DeliveryID(event: row["event"], ordinal: row["ordinal"])
        eventID = EventID(rawValue: row["id"])
        type = EventType(row["type"] as String)
        subject = row["subject"]
        let ruleNumber: Int64 = row["rule"]
        let targetNumber: Int64 = row["target"]
        rule = names.rules[ruleNumber] ?? RuleName("#\(ruleNumber)")
        target = names.targets[targetNumber] ?? TargetName("#\(targetNumber)")
        state = DeliveryState(code: row["state"])
        reason = (row["reason"] as Int64?).flatMap(DeadReason.init(code:))
        let words: String? = row["words"]
        reasonWords = reason.map { reason in
            words.flatMap { $0.isEmpty ? nil : "\(reason.words): \($0)" } ?? reason.words
        }
        attempts = row["attempts"]
        due =
            state == .deferred || state == .uncertain ? (row["due"] as Int64?).map(Timestamp.init(milliseconds:)) : nil
        finished = (row["finished"] as Int64?).map(Timestamp.init(milliseconds:))
        cause = row["cause"]
        if let current, state == .pending || state == .deferred,
            !current.rules.contains(rule) || !current.targets.contains(target)
        {
            state = .parked
        }
    }

    /// Every delivery of one event, in their order.
    static func all(
        ofEvent sequence: Int64,
        in database: Database,
        names: StateNames,
        current: CurrentNames?
    ) throws -> [DeliverySummary] {
        let finished = try Row.fetchAll(
            database, sql: "\(DeliveryTable.ledger.selection) WHERE d.event = ?", arguments: [sequence])
        let waiting = try Row.fetchAll(
            database,
            sql: "\(DeliveryTable.queue.selection) WHERE d.target IN (SELECT number FROM targets) AND d.event = ?",
            arguments: [sequence])
        return (finished + waiting).map { DeliverySummary($0, names: names, current: current) }
            .sorted { $0.id < $1.id }
    }
}
