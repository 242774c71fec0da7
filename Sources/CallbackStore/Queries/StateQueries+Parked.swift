import CallbackCore
import GRDB

extension StateQueries {
    /// How many waiting deliveries a configuration parks, because it has their rule or target no more.
    /// - Parameters:
    ///   - current: the rules and targets of the configuration.
    ///   - later: leaves out what this other configuration parks too.
    ///   - limit: stops counting there; nil counts all, which takes a while where millions wait.
    package func parked(
        by current: CurrentNames,
        butNotBy later: CurrentNames? = nil,
        limit: Int? = nil
    ) throws(StateError) -> Int {
        try read { database in
            let names = try StateNames(database)
            guard names.isMissingAny(of: current) else { return 0 }
            var condition = "d.state IN (0, 1) AND \(names.parkedCondition(current))"
            if let later { condition += " AND NOT \(names.parkedCondition(later))" }
            let rows = "SELECT 1 FROM queue AS d WHERE \(condition)"
            return try Int.fetchOne(
                database, sql: "SELECT count(*) FROM (\(rows)\(limit.map { " LIMIT \($0)" } ?? ""))") ?? 0
        }
    }
}

extension StateNames {
    /// Whether the file knows a rule or target that a configuration has no more.
    fileprivate func isMissingAny(of current: CurrentNames) -> Bool {
        rules.values.contains { !current.rules.contains($0) }
            || targets.values.contains { !current.targets.contains($0) }
    }
}
