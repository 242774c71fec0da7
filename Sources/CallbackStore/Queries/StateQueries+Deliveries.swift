package import CallbackCore
import GRDB

/// Which deliveries are wanted.
package struct DeliveryFilter: Sendable {
    package var state: DeliveryState?
    package var target: TargetName?
    package var rule: RuleName?
    package var type: EventType?
    package var subject: String?
    /// Nothing whose event is of this time or later.
    package var before: Timestamp?

    package init(
        state: DeliveryState? = nil,
        target: TargetName? = nil,
        rule: RuleName? = nil,
        type: EventType? = nil,
        subject: String? = nil
    ) {
        self.state = state
        self.target = target
        self.rule = rule
        self.type = type
        self.subject = subject
    }
}

extension StateQueries {
    /// The latest deliveries that a filter wants, oldest event first.
    /// - Parameter current: with it, waiting deliveries whose rule or target is gone are shown as parked.
    package func deliveries(
        _ filter: DeliveryFilter,
        current: CurrentNames? = nil,
        limit: Int
    ) throws(StateError) -> [DeliverySummary] {
        try read { database in
            let names = try StateNames(database)
            guard let condition = filter.condition(names) else { return [] }
            var found: [DeliverySummary] = []
            if filter.state.map({ !$0.isFinished }) ?? true {
                // Each target's part of the queue is in commit order, so that its end is found without a sort.
                for number in names.targets.keys where filter.target.map({ names.targets[number] == $0 }) ?? true {
                    guard var waiting = condition.waiting(filter.state, names: names, current: current) else { break }
                    waiting.add("d.target = ?", number)
                    waiting.add("d.since < ?", filter.before?.milliseconds)
                    found += try rows(of: .queue, waiting, database, limit: limit)
                        .map { DeliverySummary($0, names: names, current: current) }
                }
            }
            if filter.state?.isFinished ?? true {
                found += try finished(filter, condition, names: names, database, limit: limit)
                    .map { DeliverySummary($0, names: names, current: current) }
            }
            return found.sorted { $0.id < $1.id }.suffix(limit)
        }
    }

    /// The latest dead letters that a filter wants, oldest event first. The filter's state is not looked at.
    package func deadLetters(_ filter: DeliveryFilter, limit: Int) throws(StateError) -> [DeliverySummary] {
        var filter = filter
        filter.state = .dead
        return try deliveries(filter, limit: limit)
    }

    /// The dead letters of a filter after a delivery, in commit order: a page of all of them.
    package func deadLetters(
        _ filter: DeliveryFilter,
        after: DeliveryID?,
        limit: Int
    ) throws(StateError) -> [DeliveryID] {
        try read { database in
            let names = try StateNames(database)
            guard let base = filter.condition(names) else { return [] }
            var found: [DeliveryID] = []
            for number in names.targets.keys where filter.target.map({ names.targets[number] == $0 }) ?? true {
                var condition = base
                condition.add("d.state = 6")
                condition.add("d.target = ?", number)
                if let after {
                    condition.add("d.event >= ?", after.event)
                    condition.add("(d.event > \(after.event) OR d.ordinal > ?)", after.ordinal)
                }
                found += try Row.fetchAll(
                    database,
                    sql: """
                        SELECT d.event, d.ordinal FROM ledger AS d CROSS JOIN events AS e ON e.sequence = d.event
                        \(condition.sql) ORDER BY d.event, d.ordinal LIMIT ?
                        """,
                    arguments: condition.arguments + [limit]
                ).map { DeliveryID(event: $0["event"], ordinal: $0["ordinal"]) }
            }
            return Array(found.sorted().prefix(limit))
        }
    }

    private func finished(
        _ filter: DeliveryFilter,
        _ base: QueryCondition,
        names: StateNames,
        _ database: Database,
        limit: Int
    ) throws -> [Row] {
        var condition = base
        condition.add("e.time < ?", filter.before?.milliseconds)
        if let target = filter.target.flatMap(names.number(of:)) { condition.add("d.target = ?", target) }
        guard filter.state == .dead else {
            if let state = filter.state { condition.add("d.state = \(state.code)") }
            return try rows(of: .ledger, condition, database, limit: limit)
        }
        // Dead letters have an index of their own, by target.
        condition.add("d.state = 6")
        if filter.target != nil { return try rows(of: .ledger, condition, database, limit: limit) }
        return try names.targets.keys.flatMap { number in
            var condition = condition
            condition.add("d.target = ?", number)
            return try rows(of: .ledger, condition, database, limit: limit)
        }
    }

    private func rows(
        of table: DeliveryTable,
        _ condition: QueryCondition,
        _ database: Database,
        limit: Int
    ) throws -> [Row] {
        try Row.fetchAll(
            database,
            sql: "\(table.selection) \(condition.sql) ORDER BY d.event DESC, d.ordinal DESC LIMIT ?",
            arguments: condition.arguments + [limit])
    }
}

extension DeliveryFilter {
    /// The conditions that both tables share; nil where the file has never heard of the rule or target.
    func condition(_ names: StateNames) -> QueryCondition? {
        var condition = QueryCondition()
        if let target, names.number(of: target) == nil { return nil }
        if let rule {
            guard let number = names.number(of: rule) else { return nil }
            condition.add("d.rule = ?", number)
        }
        condition.add("e.type = ?", type?.rawValue)
        condition.add("e.subject = ?", subject)
        return condition
    }
}

extension QueryCondition {
    /// The conditions of a state of the queue; nil where nothing can be in it. The numbers stand in the text because
    /// SQLite uses a partial index only where it sees them.
    func waiting(_ state: DeliveryState?, names: StateNames, current: CurrentNames?) -> QueryCondition? {
        var condition = self
        switch state {
        case nil: break
        case .pending: condition.add("d.state = 0")
        case .deferred: condition.add("d.state = 1")
        case .held, .uncertain: condition.add("d.state > 1 AND d.state = \(state?.code ?? 0)")
        case .parked:
            guard let current else { return nil }
            condition.add("d.state < 2 AND \(names.parkedCondition(current))")
        case .delivered, .dead, .discarded, .cancelled: return nil
        }
        if let current, state == .pending || state == .deferred {
            condition.add("NOT \(names.parkedCondition(current))")
        }
        return condition
    }
}
