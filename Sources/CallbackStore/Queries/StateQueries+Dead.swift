package import CallbackCore
import GRDB

/// Which dead letters are wanted.
package struct DeadFilter: Sendable {
    package var target: TargetName?
    package var rule: RuleName?
    package var type: EventType?
    package var subject: String?
    package var reason: DeadReason?
    /// When they died: from the first moment on, and before the second.
    package var since: Timestamp?
    package var until: Timestamp?

    package init(
        target: TargetName? = nil,
        rule: RuleName? = nil,
        type: EventType? = nil,
        subject: String? = nil,
        reason: DeadReason? = nil,
        since: Timestamp? = nil,
        until: Timestamp? = nil
    ) {
        self.target = target
        self.rule = rule
        self.type = type
        self.subject = subject
        self.reason = reason
        self.since = since
        self.until = until
    }
}

/// How many dead letters one rule has at one target.
package struct DeadGroup: Hashable, Sendable {
    package var rule: RuleName
    package var target: TargetName
    package var count: Int64
    /// When the first and the last of them died.
    package var first: Timestamp
    package var last: Timestamp

    package init(rule: RuleName, target: TargetName, count: Int64, first: Timestamp, last: Timestamp) {
        self.rule = rule
        self.target = target
        self.count = count
        self.first = first
        self.last = last
    }

    package var json: JSONValue {
        .object([
            "rule": .string(rule.rawValue), "target": .string(target.rawValue), "count": .integer(count),
            "first": .string(first.description), "last": .string(last.description),
        ])
    }
}

extension StateQueries {
    /// The latest dead letters that a filter wants, oldest event first.
    package func deadLetters(_ filter: DeadFilter, limit: Int) throws(StateError) -> [DeliverySummary] {
        try read { database in
            let names = try StateNames(database)
            return try filter.conditions(names).flatMap { condition in
                try Row.fetchAll(
                    database,
                    sql: "\(DeliveryTable.ledger.selection) \(condition.sql) "
                        + "ORDER BY d.event DESC, d.ordinal DESC LIMIT ?",
                    arguments: condition.arguments + [limit]
                ).map { DeliverySummary($0, names: names, current: nil) }
            }.sorted { $0.id < $1.id }.suffix(limit)
        }
    }

    /// The dead letters of a filter after a delivery, in commit order: a page of all of them.
    package func deadLetters(
        _ filter: DeadFilter,
        after: DeliveryID?,
        limit: Int
    ) throws(StateError) -> [DeliveryID] {
        try read { database in
            let names = try StateNames(database)
            return try filter.conditions(names).flatMap { base in
                var condition = base
                if let after { condition.add("(d.event, d.ordinal) > (\(after.event), \(after.ordinal))") }
                return try Row.fetchAll(
                    database,
                    sql: """
                        SELECT d.event, d.ordinal FROM ledger AS d CROSS JOIN events AS e ON e.sequence = d.event
                        \(condition.sql) ORDER BY d.event, d.ordinal LIMIT ?
                        """,
                    arguments: condition.arguments + [limit]
                ).map { DeliveryID(event: $0["event"], ordinal: $0["ordinal"]) }
            }.sorted().prefix(limit).map { $0 }
        }
    }

    /// How many dead letters a filter wants, by rule and target.
    package func countDead(_ filter: DeadFilter) throws(StateError) -> [DeadGroup] {
        try read { database in
            let names = try StateNames(database)
            return try filter.conditions(names).flatMap { condition in
                try Row.fetchAll(
                    database,
                    sql: """
                        SELECT d.rule, d.target, count(*) AS count, min(d.finished) AS first, max(d.finished) AS last
                        FROM ledger AS d CROSS JOIN events AS e ON e.sequence = d.event
                        \(condition.sql) GROUP BY d.rule
                        """,
                    arguments: condition.arguments
                ).map { DeadGroup($0, names) }
            }.sorted { ($0.rule, $0.target) < ($1.rule, $1.target) }
        }
    }

    /// The rules and targets that the file has ever known, by name.
    package func names() throws(StateError) -> (rules: [RuleName], targets: [TargetName]) {
        try read { database in
            let names = try StateNames(database)
            return (names.rules.values.sorted(), names.targets.values.sorted())
        }
    }
}

extension DeadFilter {
    /// One condition for each target concerned: dead letters have an index by target. None where the file has never heard
    /// of the rule or target.
    fileprivate func conditions(_ names: StateNames) -> [QueryCondition] {
        var condition = QueryCondition()
        // The number stands in the text because SQLite uses a partial index only where it sees it.
        condition.add("d.state = 6")
        if let rule {
            guard let number = names.number(of: rule) else { return [] }
            condition.add("d.rule = ?", number)
        }
        condition.add("e.type = ?", type?.rawValue)
        condition.add("e.subject = ?", subject)
        condition.add("d.reason = ?", reason?.code)
        condition.add("d.finished >= ?", since?.milliseconds)
        condition.add("d.finished < ?", until?.milliseconds)
        return names.targets.filter { target == nil || target == $0.value }.keys.sorted().map { number in
            var one = condition
            one.add("d.target = ?", number)
            return one
        }
    }
}

extension DeadGroup {
    fileprivate init(_ row: Row, _ names: StateNames) {
        let (ruleNumber, targetNumber): (Int64, Int64) = (row["rule"], row["target"])
        rule = names.rules[ruleNumber] ?? RuleName("#\(ruleNumber)")
        target = names.targets[targetNumber] ?? TargetName("#\(targetNumber)")
        count = row["count"]
        first = Timestamp(milliseconds: row["first"])
        last = Timestamp(milliseconds: row["last"])
    }
}
