package import CallbackCore

/// What waits, by age: how many deliveries of each target (or rule, type, state) are how old.
package struct QueueShape: Sendable, Hashable {
    /// What the rows are.
    package enum Grouping: String, CaseIterable, Sendable {
        case target, rule, type, state
    }

    package struct Row: Sendable, Hashable {
        package var name: String
        /// One count for each span of `QueueShape.limits`, and one for what is older than the last.
        package var counts: [Int]

        package var total: Int { counts.reduce(0, +) }
    }

    /// Where the columns end. What is older stands in a last one.
    package static let limits: [Duration] = [
        .minutes(1), .minutes(5), .minutes(15), .hours(1), .hours(6), .days(1), .days(3),
    ]

    package var grouping: Grouping
    /// Ages are counted from here back to the time of the event.
    package var now: Timestamp
    /// The fullest first.
    package var rows: [Row]

    /// All rows together.
    package var sum: Row {
        var counts = Array(repeating: 0, count: Self.limits.count + 1)
        for row in rows { for (index, count) in row.counts.enumerated() { counts[index] += count } }
        return Row(name: "TOTAL", counts: counts)
    }

    package var json: JSONValue {
        let ends = Self.limits.map { JSONValue.integer($0.milliseconds / 1000) }
        func object(_ row: Row) -> JSONObject {
            [
                "name": .string(row.name), "total": .integer(Int64(row.total)),
                "counts": .array(row.counts.map { .integer(Int64($0)) }),
            ]
        }
        return .object([
            "by": .string(grouping.rawValue), "now": .string(now.description), "below_seconds": .array(ends),
            "total": .integer(Int64(sum.total)), "rows": .array(rows.map { .object(object($0)) }),
        ])
    }
}
