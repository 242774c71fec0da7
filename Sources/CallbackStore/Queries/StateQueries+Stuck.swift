package import CallbackCore
import GRDB

extension StateQueries {
    /// What waits for more than its turn, and why; the oldest first, so that what stops a lane comes before what stands
    /// behind it.
    /// - Parameters:
    ///   - filter: its state, where one is given, must be one that waits.
    ///   - stops: targets that take nothing for a reason that the file does not know, with that reason.
    ///   - current: with it, deliveries whose rule or target is gone are told as parked.
    package func stuck(
        _ filter: DeliveryFilter,
        stops: [TargetName: String] = [:],
        now: Timestamp,
        current: CurrentNames? = nil,
        limit: Int
    ) throws(StateError) -> [StuckDelivery] {
        try read { database in
            let names = try StateNames(database)
            let search = StuckSearch(
                database: database, names: names, current: current, parked: ParkedNumbers(names, current), now: now,
                limit: limit)
            guard let shared = filter.condition(names)?.waiting(filter.state, names: names, current: current) else {
                return []
            }
            let known = try TargetStops(database)
            var found: [StuckDelivery] = []
            for (number, name) in names.targets where filter.target.map({ $0 == name }) ?? true {
                var condition = shared
                condition.add("d.target = ?", number)
                condition.add("d.since < ?", filter.before?.milliseconds)
                found += try search.stuck(in: number, condition, stop: known[number] ?? stops[name])
            }
            return Array(found.sorted { $0.summary.id < $1.summary.id }.prefix(limit))
        }
    }
}

/// The targets that the state file itself says take nothing, with the words why.
struct TargetStops {
    private let words: [Int64: String]

    init(_ database: Database) throws {
        var words: [Int64: String] = [:]
        for row in try Row.fetchAll(database, sql: "SELECT number, name FROM targets WHERE paused = 1") {
            words[row["number"]] = "the target is paused: callbackd targets resume \(row["name"] as String)"
        }
        let disabled = """
            SELECT t.number, t.name, s.disabled_words FROM target_states AS s JOIN targets AS t ON t.number = s.target
            WHERE s.disabled IS NOT NULL
            """
        for row in try Row.fetchAll(database, sql: disabled) {
            let why = (row["disabled_words"] as String?).map { " (\($0))" } ?? ""
            words[row["number"]] = "the target is disabled\(why): callbackd targets enable \(row["name"] as String)"
        }
        self.words = words
    }

    subscript(target: Int64) -> String? { words[target] }
}

private struct StuckSearch {
    let database: Database
    let names: StateNames
    let current: CurrentNames?
    let parked: ParkedNumbers
    let now: Timestamp
    let limit: Int

    func stuck(in target: Int64, _ filter: QueryCondition, stop: String?) throws -> [StuckDelivery] {
        var condition = filter
        if stop == nil, !parked.targets.contains(target) {
            guard try mayStop(target) else { return [] }
            // The head of its lane tells for each: it is found by one look into the index.
            condition.add(
                """
                (\(isStopped("d")) OR d.lane IS NOT NULL AND (SELECT \(isStopped("h")) FROM queue AS h
                    WHERE h.target = d.target AND h.lane = d.lane ORDER BY h.event, h.ordinal LIMIT 1))
                """)
        }
        let rows = try Row.fetchAll(
            database,
            sql: """
                SELECT d.event, d.ordinal, d.target, d.rule, d.lane, d.state, d.attempts, d.cause, NULL AS reason,
                    d.due, NULL AS finished, d.since, e.id, e.type, e.subject
                FROM queue AS d CROSS JOIN events AS e ON e.sequence = d.event
                \(condition.sql) ORDER BY d.event, d.ordinal LIMIT ?
                """,
            arguments: condition.arguments + [limit])
        return try rows.map { row in
            StuckDelivery(
                summary: DeliverySummary(row, names: names, current: current),
                since: (row["since"] as Int64?).map(Timestamp.init(milliseconds:)),
                reason: try reason(row, stop: stop))
        }
    }

    private func isStopped(_ table: String) -> String { "(\(table).state > 0 OR \(parked.condition(table)))" }

    /// Whether anything of the target can be stopped at all: two looks into small indexes.
    private func mayStop(_ target: Int64) throws -> Bool {
        if !parked.rules.isEmpty { return true }
        return try Bool.fetchOne(
            database,
            sql: """
                SELECT EXISTS (SELECT 1 FROM queue WHERE target = ?1 AND state = 1)
                    OR EXISTS (SELECT 1 FROM queue WHERE target = ?1 AND state > 1)
                """,
            arguments: [target]) ?? false
    }

    private func reason(_ row: Row, stop: String?) throws -> WaitReason {
        let (cause, isDeferred) = try own(row)
        if let cause, !isDeferred { return cause }
        if let stop { return .targetStops(stop) }
        if let cause { return cause }
        let target: Int64 = row["target"]
        let lane: Int64? = row["lane"]
        let head = try Row.fetchOne(
            database,
            sql: """
                SELECT event, ordinal, target, rule, state, due FROM queue WHERE target = ? AND lane = ?
                ORDER BY event, ordinal LIMIT 1
                """,
            arguments: [target, lane])
        let first = head ?? row
        let why = try head.flatMap { try own($0, withFailure: false).reason?.words }
        return .behind(DeliveryID(event: first["event"], ordinal: first["ordinal"]), why ?? "pending")
    }

    /// What stops a delivery itself; nil where it is only pending.
    private func own(_ row: Row, withFailure: Bool = true) throws -> (reason: WaitReason?, isDeferred: Bool) {
        let rule: Int64 = row["rule"]
        let target: Int64 = row["target"]
        let state = DeliveryState(code: row["state"])
        if state == .held { return (.held, false) }
        if state == .uncertain { return (.uncertain, false) }
        if parked.targets.contains(target) {
            return (.targetIsGone(names.targets[target] ?? TargetName("#\(target)")), false)
        }
        if parked.rules.contains(rule) { return (.ruleIsGone(names.rules[rule] ?? RuleName("#\(rule)")), false) }
        guard state == .deferred, let due = row["due"] as Int64? else { return (nil, false) }
        let failure = withFailure ? try lastFailure(event: row["event"], ordinal: row["ordinal"]) : nil
        let until = Timestamp(milliseconds: due)
        return (.deferred(until: until, isDue: until <= now, lastFailure: failure), true)
    }

    private func lastFailure(event: Int64, ordinal: Int64) throws -> String? {
        try String.fetchOne(
            database,
            sql: "SELECT reason FROM attempts WHERE event = ? AND ordinal = ? ORDER BY number DESC LIMIT 1",
            arguments: [event, ordinal])
    }
}
