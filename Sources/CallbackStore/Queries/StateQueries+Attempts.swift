package import CallbackCore
import FoundationEssentials
import GRDB

/// One attempt as it was recorded.
package struct AttemptRecord: Hashable, Sendable {
    /// From 1.
    package var number: Int
    package var started: Timestamp
    package var duration: Duration
    package var outcome: RecordedOutcome
    /// HTTP status or exit code.
    package var code: Int?
    package var reason: String
    /// What the target answered or the hook printed, cut to its limit.
    package var output: [UInt8]
    package var outputTruncated: Bool

    /// The output as text; nil where it is not UTF-8.
    package var outputText: String? { String(validating: output, as: UTF8.self) }

    package var json: JSONValue {
        var object: JSONObject = [
            "number": .integer(Int64(number)), "started": .string(started.description),
            "duration_ms": .double(Double(duration.nanoseconds / 1000) / 1000), "outcome": .string(outcome.word),
            "code": code.map { .integer(Int64($0)) } ?? .null, "reason": .string(reason),
        ]
        if let text = outputText {
            object.append("output", .string(text))
        } else {
            object.append("output_base64", .string(Data(output).base64EncodedString()))
        }
        object.append("output_truncated", .bool(outputTruncated))
        return .object(object)
    }
}

/// A delivery with all its attempts.
package struct DeliveryDetail: Sendable {
    package var summary: DeliverySummary
    package var attempts: [AttemptRecord]

    /// How many attempts were made and are not recorded any more: retention has removed them.
    package var attemptsPastRetention: Int { max(0, summary.attempts - attempts.count) }

    package var json: JSONValue {
        guard case .object(var object) = summary.json else { return summary.json }
        object["attempts"] = .array(attempts.map(\.json))
        object.append("attempts_past_retention", .integer(Int64(attemptsPastRetention)))
        return .object(object)
    }
}

extension StateQueries {
    /// One delivery with its attempts; nil where there is no such delivery.
    package func delivery(_ id: DeliveryID, current: CurrentNames? = nil) throws(StateError) -> DeliveryDetail? {
        try read { database in
            let names = try StateNames(database)
            let all = try DeliverySummary.all(ofEvent: id.event, in: database, names: names, current: current)
            guard let summary = all.first(where: { $0.id == id }) else { return nil }
            return try DeliveryDetail(summary, in: database)
        }
    }

    /// Every delivery of an event with its attempts, in their order.
    package func deliveries(
        ofEvent sequence: Int64,
        current: CurrentNames? = nil
    ) throws(StateError) -> [DeliveryDetail] {
        try read { database in
            let names = try StateNames(database)
            return try DeliverySummary.all(ofEvent: sequence, in: database, names: names, current: current)
                .map { try DeliveryDetail($0, in: database) }
        }
    }
}

extension DeliveryDetail {
    fileprivate init(_ summary: DeliverySummary, in database: Database) throws {
        let rows = try Row.fetchAll(
            database,
            sql: """
                SELECT number, started, duration, outcome, code, reason, output, truncated FROM attempts
                WHERE event = ? AND ordinal = ? ORDER BY number
                """,
            arguments: [summary.id.event, summary.id.ordinal])
        self.init(summary: summary, attempts: try rows.map(AttemptRecord.init))
    }
}

extension AttemptRecord {
    fileprivate init(_ row: Row) throws {
        let code: Int64 = row["outcome"]
        guard let outcome = RecordedOutcome(rawValue: code) else {
            throw StateError(kind: .corrupt, message: "an attempt has the unknown outcome \(code)")
        }
        number = row["number"]
        started = Timestamp(milliseconds: row["started"])
        duration = .microseconds(row["duration"] as Int64)
        self.outcome = outcome
        self.code = row["code"]
        reason = row["reason"]
        output = (row["output"] as Data?).map { [UInt8]($0) } ?? []
        outputTruncated = row["truncated"]
    }
}
