import CallbackTestKit

/// Repeats in a MariaDB server what happened in the embedded panel's database: row by row, each of the panel's operations
/// as one transaction. It reads what the daemon's own triggers recorded.
struct RowReplica {
    /// The panel's tables that both have, with the columns that name a row.
    static let keys = [
        "Templates": ["id"], "TmplData": ["tmpl_id", "element"], "PlanItems": ["id"],
        "PlanItemProperties": ["plan_item_id", "name"], "smb_apsBundleFilters": ["id"],
        "smb_apsBundleFilterItems": ["id"], "PlansSubscriptions": ["subscription_id", "plan_id"],
        "Subscriptions": ["id"], "clients": ["id"], "domains": ["id"],
    ]

    private static let field: Character = "\u{1F}"
    private static let line: Character = "\u{1E}"

    let scenario: Scenario
    let server: PrivateMariaDB
    /// The columns of each table of the server's.
    private let columns: [String: Set<String>]

    init(_ scenario: Scenario, _ server: PrivateMariaDB) throws {
        self.scenario = scenario
        self.server = server
        let rows = try server.sql(
            "SELECT TABLE_NAME, COLUMN_NAME FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = 'psa'")
        var columns: [String: Set<String>] = [:]
        for row in rows.split(separator: "\n") {
            let parts = row.split(separator: "\t").map(String.init)
            if parts.count == 2 { columns[parts[0], default: []].insert(parts[1]) }
        }
        self.columns = columns
    }

    /// Copies the rows as they are.
    func copy() throws {
        var statements: [String] = []
        for table in Self.keys.keys.sorted() {
            let names = try rows("SELECT name FROM pragma_table_info('\(table)')").compactMap(\.first)
            let shared = names.filter { columns[table]?.contains($0) == true }
            let values = shared.map { "quote(\"\($0)\")" }.joined(separator: ", ")
            for row in try rows("SELECT \(values) FROM \"\(table)\"") {
                statements.append(insertion(table, shared, row))
            }
        }
        try run(statements)
    }

    /// Repeats what the log holds after a number.
    /// - Returns: the log's last number.
    func follow(after position: Int) throws -> Int {
        let width = try scenario.sql("SELECT count(*) FROM pragma_table_info('callbackd_log')").trimmed
        let values = (0..<((Int(width) ?? 6) - 5)).map { "quote(v\($0))" }.joined(separator: ", ")
        let layouts = try layouts()
        var last = position
        var statements: [String] = []
        for row in try rows(
            "SELECT seq, tbl, op, \(values) FROM callbackd_log WHERE seq > \(position) ORDER BY seq")
        {
            last = Int(row[0]) ?? last
            guard let layout = layouts[row[1]] else { continue }
            let count = layout.columns.count
            let first = Array(row[3..<(3 + count)])
            guard layout.table != "operations" else {
                statements.append(row[2] == "1" ? "BEGIN" : "COMMIT")
                continue
            }
            guard Self.keys[layout.table] != nil else { continue }
            switch row[2] {
            case "1": statements.append(insertion(layout.table, layout.columns, first))
            case "2":
                statements.append(
                    update(layout.table, layout.columns, old: first, new: Array(row[(3 + count)..<(3 + 2 * count)])))
            case "3": statements.append("DELETE FROM \(layout.table) WHERE \(condition(layout, first))")
            default: break
            }
        }
        try run(statements)
        return last
    }

    private struct Layout {
        var table: String
        var columns: [String]
    }

    private func layouts() throws -> [String: Layout] {
        var layouts: [String: Layout] = [:]
        for row in try rows("SELECT id, tbl, layout FROM callbackd_layout") {
            let columns = try JSON(parsing: row[2])["columns"].elements.compactMap(\.text)
            layouts[row[0]] = Layout(table: row[1], columns: columns)
        }
        return layouts
    }

    private func shared(_ table: String, _ names: [String], _ values: [String]) -> [(name: String, value: String)] {
        zip(names, values).filter { columns[table]?.contains($0.0) == true }.map { ($0.0, $0.1) }
    }

    private func insertion(_ table: String, _ names: [String], _ values: [String]) -> String {
        let pairs = shared(table, names, values)
        let list = pairs.map { "`\($0.name)`" }.joined(separator: ", ")
        return "INSERT INTO \(table) (\(list)) VALUES (\(pairs.map(\.value).joined(separator: ", ")))"
    }

    private func update(_ table: String, _ names: [String], old: [String], new: [String]) -> String {
        let changes = shared(table, names, new).map { "`\($0.name)` = \($0.value)" }.joined(separator: ", ")
        return "UPDATE \(table) SET \(changes) WHERE \(condition(Layout(table: table, columns: names), old))"
    }

    private func condition(_ layout: Layout, _ values: [String]) -> String {
        let key = Self.keys[layout.table] ?? []
        return zip(layout.columns, values).filter { key.contains($0.0) }.map { "`\($0.0)` = \($0.1)" }
            .joined(separator: " AND ")
    }

    private func rows(_ sql: String) throws -> [[String]] {
        let output = try scenario.sql(".mode list\n.separator \(Self.field) \(Self.line)\n\(sql);")
        return output.split(separator: Self.line).map { line in
            line.split(separator: Self.field, omittingEmptySubsequences: false).map(String.init)
        }
    }

    private func run(_ statements: [String]) throws {
        // As SQLite writes its texts: a backslash is a character like any other.
        let modes = "SET sql_mode = 'NO_BACKSLASH_ESCAPES';\n"
        try server.sql(modes + statements.map { $0 + ";\n" }.joined(), database: "psa")
    }
}
