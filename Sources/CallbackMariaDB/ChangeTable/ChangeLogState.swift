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
    /// Why one of them cannot be watched; nil where all can.
    let refusal: MariaDBProblem?
    /// The tables that are asked for and cannot be seen.
    let missing: [String]
    /// Why triggers could fail the panel's writes on this server; nil where they cannot.
    let hazard: MariaDBProblem?
    /// Whether triggers were made and their user cannot see any: nobody knows whether they are still there.
    let isBlind: Bool
    /// Each of our triggers by its name.
    private let triggers: [String: Trigger]
    private let database: String
    private let areNamesFolded: Bool

    /// A trigger moves with its table when that is renamed.
    private struct Trigger {
        let table: String
        let body: String
    }

    init(of watches: [TableWatch], on connection: MariaDBConnection) throws(MariaDBError) {
        database = connection.address.database
        let schemas = try SchemaReader(connection: connection).tables(watches.map(\.table))
        wanted = watches.compactMap { watch in schemas[watch.table].map { CapturedTable($0, as: watch) } }
        missing = watches.map(\.table).filter { schemas[$0] == nil }
        refusal = watches.lazy.compactMap { watch in schemas[watch.table].flatMap { watch.refusal(of: $0) } }.first
        let modes = try connection.query("SELECT @@lower_case_table_names, @@innodb_autoinc_lock_mode").first
        areNamesFolded = modes?[0] != "0"
        hazard = modes?[1] == "0" ? .locksNumbers(server: connection.address.words) : nil
        let list = ChangeLog.tables.map(\.sqlText).joined(separator: ", ")
        let present = try connection.query(
            "SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = \(database.sqlText) "
                + "AND TABLE_NAME IN (\(list))"
        ).compactMap { $0[0] }
        isInstalled = present.count == ChangeLog.tables.count
        layouts = present.contains(ChangeLog.layouts) ? try Self.layouts(on: connection) : []
        let rows = try connection.query(
            "SELECT TRIGGER_NAME, EVENT_OBJECT_TABLE, ACTION_STATEMENT FROM information_schema.TRIGGERS "
                + "WHERE TRIGGER_SCHEMA = \(database.sqlText) AND TRIGGER_NAME LIKE 'callbackd\\_%'")
        triggers = Dictionary(
            rows.compactMap { row in row[0].map { ($0, Trigger(table: row[1] ?? "", body: row[2] ?? "")) } },
            uniquingKeysWith: { first, _ in first })
        isBlind =
            triggers.isEmpty && layouts.contains(where: \.isWatched)
            ? try !GrantedRights(of: connection).maySeeSomeTriggers : false
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
            table.triggers(in: database, layout: 0).contains { !isThere($0) }
        }.map(\.table)
    }

    /// Whether a trigger of this name stands at the table that it is for.
    private func isThere(_ trigger: CaptureTrigger) -> Bool {
        guard let table = triggers[trigger.name]?.table else { return false }
        return table == trigger.table || areNamesFolded && table.lowercased() == trigger.table.lowercased()
    }

    private func isIntact(_ trigger: CaptureTrigger) -> Bool {
        isThere(trigger) && triggers[trigger.name]?.body == trigger.body
    }

    /// Whether everything is as `installation` would make it.
    var isIntact: Bool {
        guard isInstalled else { return false }
        let expected = wanted.compactMap { table in
            number(of: table).map { table.triggers(in: database, layout: $0) }
        }
        return expected.count == wanted.count && expected.flatMap { $0 }.allSatisfy(isIntact)
            && triggers.count == wanted.count * 3
    }

    /// The statements that make everything what it ought to be, in their order.
    /// - Parameter incarnation: the name of the log's life, where it begins one.
    func installation(incarnation: String) -> [String] {
        var statements = ChangeLog.session + ChangeLog.creation(in: database)
        let name = database.sqlName
        // A log that is made anew beside an owner who is still there begins another life: its rows are gone.
        statements.append(
            "INSERT INTO \(name).\(ChangeLog.owner) (id, incarnation, owner, format) "
                + "VALUES (1, \(incarnation.sqlText), '', \(ChangeLog.format)) ON DUPLICATE KEY UPDATE incarnation = "
                + (isInstalled ? "incarnation" : "VALUES(incarnation)"))
        // Triggers write as the user who makes them. Without the right nothing would be recorded, and nobody told.
        statements.append("INSERT INTO \(name).\(ChangeLog.log) (op) SELECT 0 FROM DUAL WHERE FALSE")
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
        // What changed while they were not there is not known, also where no daemon ran that could have noticed.
        let torn = Set(torn)
        statements += layouts.filter { $0.isWatched && torn.contains($0.table.table) }.map {
            CaptureTrigger.note(.unrecorded, layout: $0.id, in: database)
        }
        for trigger in expected where !isIntact(trigger) {
            // One that went with a renamed table cannot be replaced from here.
            if triggers[trigger.name] != nil, !isThere(trigger) { statements += dropping([trigger.name]) }
            statements.append(trigger.sql)
        }
        let names = Set(expected.map(\.name))
        return statements + dropping(triggers.keys.filter { !names.contains($0) })
    }

    /// The statements that take everything of ours away.
    func removal(keepLog: Bool) -> [String] {
        // Also those that this user may not see.
        let tables = Set(wanted.map(\.table) + layouts.map(\.table.table))
        let expected = tables.flatMap { table in
            [ChangeLog.Operation.inserted, .updated, .deleted].map { CaptureTrigger.name(table: table, $0) }
        }
        return ChangeLog.session + dropping(Array(Set(triggers.keys).union(expected)))
            + (keepLog ? [] : ChangeLog.tables.map { "DROP TABLE IF EXISTS \(database.sqlName).\($0)" })
    }

    private func dropping(_ names: [String]) -> [String] {
        names.sorted().map { "DROP TRIGGER IF EXISTS \(database.sqlName).\($0.sqlName)" }
    }
}
