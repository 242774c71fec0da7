import CMariaDB
import CallbackRows

/// What stands of ours in the panel's database, against what ought to stand there.
struct ChangeLogState {
    /// A layout of the log.
    struct Layout {
        var id: Int
        var table: CapturedTable
        var isWatched: Bool
    }

    /// Whether our tables are there.
    let isInstalled: Bool
    let layouts: [Layout]
    /// The tables that are asked for and exist, as they are now.
    let wanted: [CapturedTable]
    /// The tables that are asked for and cannot be seen.
    let missing: [String]
    /// What each of our triggers does, by its name.
    private let triggers: [String: String]
    private let database: String

    init(of watches: [TableWatch], on connection: MariaDBConnection) throws(MariaDBError) {
        database = connection.address.database
        let schemas = try SchemaReader(connection: connection).tables(watches.map(\.table))
        wanted = watches.compactMap { watch in schemas[watch.table].map { CapturedTable($0, as: watch) } }
        missing = watches.map(\.table).filter { schemas[$0] == nil }
        let list = ChangeLog.tables.map(\.sqlText).joined(separator: ", ")
        let present = try connection.value(
            "SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = \(database.sqlText) "
                + "AND TABLE_NAME IN (\(list))")
        isInstalled = present == String(ChangeLog.tables.count)
        layouts = isInstalled ? try Self.layouts(on: connection) : []
        let rows = try connection.query(
            "SELECT TRIGGER_NAME, ACTION_STATEMENT FROM information_schema.TRIGGERS "
                + "WHERE TRIGGER_SCHEMA = \(database.sqlText) AND TRIGGER_NAME LIKE 'callbackd\\_%'")
        triggers = Dictionary(
            rows.compactMap { row in row[0].map { ($0, row[1] ?? "") } }, uniquingKeysWith: { first, _ in first })
    }

    /// Every layout that a row of the log can have.
    static func layouts(on connection: MariaDBConnection) throws(MariaDBError) -> [Layout] {
        let name = "\(connection.address.database.sqlName).\(ChangeLog.layouts)"
        return try connection.query("SELECT id, tbl, layout, watched FROM \(name) ORDER BY id").compactMap { row in
            guard let id = row[0].flatMap({ Int($0) }), let table = row[1], let json = row[2],
                let captured = CapturedTable(table: table, json: json)
            else { return nil }
            return Layout(id: id, table: captured, isWatched: row[3] == "1")
        }
    }

    /// The number under which a table as it is now stands in the log; nil where it does not yet.
    private func number(of table: CapturedTable) -> Int? { layouts.first { $0.table == table }?.id }

    /// Tables whose changes are not recorded although they were before.
    var torn: [String] {
        let watched = Set(layouts.filter(\.isWatched).map(\.table.table))
        return wanted.filter { watched.contains($0.table) }.filter { table in
            table.triggers(in: database, layout: 0).contains { triggers[$0.name] == nil }
        }.map(\.table)
    }

    /// Whether everything is as `installation` would make it.
    var isIntact: Bool {
        guard isInstalled else { return false }
        let expected = wanted.compactMap { table in
            number(of: table).map { table.triggers(in: database, layout: $0) }
        }
        return expected.count == wanted.count && expected.flatMap { $0 }.allSatisfy { triggers[$0.name] == $0.body }
            && triggers.count == wanted.count * 3
    }

    /// The statements that make everything what it ought to be, in their order.
    /// - Parameter incarnation: the name of the log's life, where it begins one.
    func installation(incarnation: String) -> [String] {
        var statements = ChangeLog.creation(in: database)
        let name = database.sqlName
        statements.append(
            "INSERT IGNORE INTO \(name).\(ChangeLog.owner) (id, incarnation, owner, format) "
                + "VALUES (1, \(incarnation.sqlText), '', \(ChangeLog.format))")
        var next = (layouts.map(\.id).max() ?? 0) + 1
        var numbers: [Int] = []
        var expected: [CaptureTrigger] = []
        for table in wanted {
            let number = number(of: table) ?? next
            if number == next {
                next += 1
                statements.append(
                    "INSERT INTO \(name).\(ChangeLog.layouts) (id, tbl, layout, watched) "
                        + "VALUES (\(number), \(table.table.sqlText), \(table.json.sqlText), 1)")
            }
            numbers.append(number)
            expected += table.triggers(in: database, layout: number)
        }
        let list = numbers.map(String.init).joined(separator: ", ")
        if !numbers.isEmpty {
            statements.append("UPDATE \(name).\(ChangeLog.layouts) SET watched = id IN (\(list))")
        }
        statements += expected.filter { triggers[$0.name] != $0.body }.map(\.sql)
        let names = Set(expected.map(\.name))
        return statements + dropping(triggers.keys.filter { !names.contains($0) })
    }

    /// The statements that take everything of ours away.
    func removal(keepLog: Bool) -> [String] {
        dropping(Array(triggers.keys))
            + (keepLog ? [] : ChangeLog.tables.map { "DROP TABLE IF EXISTS \(database.sqlName).\($0)" })
    }

    private func dropping(_ names: [String]) -> [String] {
        names.sorted().map { "DROP TRIGGER IF EXISTS \(database.sqlName).\($0.sqlName)" }
    }
}
