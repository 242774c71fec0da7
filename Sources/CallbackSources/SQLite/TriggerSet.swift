import CallbackRows

/// The triggers that ought to be in the panel's database, against those that are.
struct TriggerSet {
    enum Condition: Equatable {
        case intact
        /// The tables look different now, but nothing was missed.
        case outdated
        /// These tables had no triggers for a while.
        case torn([String])
    }

    let connection: SQLiteConnection
    let tables: [ProbedTable]

    /// Reads only.
    func condition() throws(SQLiteError) -> Condition {
        let present = try presentTriggers()
        let watched = try watchedTables()
        var torn: [String] = []
        var isOutdated = false
        var expected: Set<String> = []
        for table in tables {
            let number = try connection.integer(
                "SELECT id FROM \(LogTable.layouts) WHERE tbl = ?1 AND layout = ?2 AND watched = 1",
                .text(table.layout.table), .text(table.layout.json))
            let writer = TriggerWriter(table: table, layoutID: number ?? 0)
            let hasMissed = writer.essential.contains { present[$0.name] == nil }
            if hasMissed && watched.contains(table.layout.table) { torn.append(table.layout.table) }
            for trigger in writer.all {
                expected.insert(trigger.name)
                if present[trigger.name] != trigger.sql { isOutdated = true }
            }
        }
        if !torn.isEmpty { return .torn(torn) }
        return isOutdated || present.keys.contains(where: { !expected.contains($0) }) ? .outdated : .intact
    }

    /// Makes the triggers what they ought to be. To be called inside a write transaction.
    func install() throws(SQLiteError) {
        let log = LogTable(connection: connection)
        try log.widen(to: tables.map(\.layout.logWidth).max() ?? 1)
        try connection.execute("UPDATE \(LogTable.layouts) SET watched = 0 WHERE \(Self.isUnwatched(beside: tables))")
        let present = try presentTriggers()
        var expected: [TriggerWriter.Trigger] = []
        for table in tables {
            let number = try log.number(of: table.layout)
            expected += TriggerWriter(table: table, layoutID: number).all
        }
        for (name, sql) in present where !expected.contains(where: { $0.name == name && $0.sql == sql }) {
            try connection.execute("DROP TRIGGER \(name.sqlName)")
        }
        // The order is kept, so that of ours the last one made stays the same.
        for trigger in expected where present[trigger.name] != trigger.sql { try connection.execute(trigger.sql) }
    }

    func remove() throws(SQLiteError) {
        for name in try presentTriggers().keys { try connection.execute("DROP TRIGGER \(name.sqlName)") }
    }

    /// A dropped table stays watched, so that its return is seen as a loss of triggers; one that the configuration no
    /// longer names does not.
    private static func isUnwatched(beside tables: [ProbedTable]) -> String {
        let names = tables.map(\.layout.table.sqlText).joined(separator: ", ")
        return "tbl NOT IN (\(names)) AND tbl IN (SELECT name FROM sqlite_schema WHERE type = 'table')"
    }

    private func watchedTables() throws(SQLiteError) -> Set<String> {
        Set(
            try connection.rows("SELECT DISTINCT tbl FROM \(LogTable.layouts) WHERE watched = 1").compactMap {
                $0[0].text
            })
    }

    private func presentTriggers() throws(SQLiteError) -> [String: String] {
        let sql = "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND name GLOB '\(LogTable.prefix)*'"
        var triggers: [String: String] = [:]
        for row in try connection.rows(sql) {
            if let name = row[0].text, let sql = row[1].text { triggers[name] = sql }
        }
        return triggers
    }
}

/// What the panel's database has of the tables that are to be watched.
struct Survey {
    var tables: [ProbedTable] = []
    /// Tables that do not exist there.
    var missing: [String] = []
    /// What cannot be seen, in sentences.
    var warnings: [String] = []

    /// - Throws: `SQLiteError`, or `SourceError.refusedTable`.
    init(_ watches: [TableWatch], on connection: SQLiteConnection) throws {
        let probe = TableProbe(connection: connection)
        for watch in watches {
            switch try probe.look(at: watch) {
            case .missing: missing.append(watch.table)
            case .refused(let reason): throw SourceError.refusedTable(reason)
            case .found(let table):
                tables.append(table)
                warnings += table.warnings
            }
        }
    }
}
