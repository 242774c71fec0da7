import GRDB

/// The tables of names and values that a domain has.
enum DomainTable: Sendable {
    /// What a subscription may use.
    case limits
    /// What the owner of a subscription may do.
    case permissions
    /// Everything else: hosting, preferences, mail, PHP; each under a prefix.
    case parameters

    private var table: String {
        switch self {
        case .limits: "Limits"
        case .permissions: "Permissions"
        case .parameters: "dom_param"
        }
    }

    private var key: String { self == .parameters ? "dom_id" : "id" }

    private var name: String {
        switch self {
        case .limits: "limit_name"
        case .permissions: "permission"
        case .parameters: "param"
        }
    }

    private var value: String { self == .parameters ? "val" : "value" }

    func all(of domain: Int64, in db: Database) throws -> [String: String] {
        let request = SQLRequest<Row>(
            sql: "SELECT \(name), \(value) FROM \(table) WHERE \(key) = ?", arguments: [domain], cached: true)
        let rows = try request.fetchAll(db).map { (key: $0[0] as String, value: $0[1] as String? ?? "") }
        return Dictionary(uniqueKeysWithValues: rows)
    }

    func set(_ rows: [SettingRow], of domain: Int64, in db: Database) throws {
        for row in rows {
            try db.change(
                sql: """
                    INSERT INTO \(table) (\(key), \(name), \(value)) VALUES (?, ?, ?)
                    ON CONFLICT (\(key), \(name)) DO UPDATE SET \(value) = excluded.\(value)
                    WHERE \(value) IS NOT excluded.\(value)
                    """, arguments: [domain, row.element, row.value])
        }
    }

    /// The names of the values that a plan gives to this table, and how it writes them; none where plans give nothing.
    private var ofPlans: (names: [String], value: String) {
        switch self {
        case .limits: (SettingNames.limits.sorted() + ["overuse"], "value")
        case .permissions: (SettingNames.permissions.sorted(), "CASE value WHEN 'true' THEN 'true' ELSE 'false' END")
        case .parameters: ([], "value")
        }
    }

    private static let copies = Dictionary(
        uniqueKeysWithValues: [DomainTable.limits, .permissions].map { table in
            let names = table.ofPlans.names.map { "'\($0)'" }.joined(separator: ", ")
            return (
                table,
                """
                INSERT INTO \(table.table) (\(table.key), \(table.name), \(table.value))
                SELECT ?1, element, \(table.ofPlans.value) FROM TmplData WHERE tmpl_id = ?2 AND element IN (\(names))
                """
            )
        })

    /// Gives a domain what a plan says, where it has nothing yet.
    func copy(from plan: Int64, to domain: Int64, in db: Database) throws {
        guard let sql = Self.copies[self] else { return }
        try db.change(sql: sql, arguments: [domain, plan])
    }

    func removeAll(of domain: Int64, in db: Database) throws {
        try db.change(sql: "DELETE FROM \(table) WHERE \(key) = ?", arguments: [domain])
    }

    /// Removes what has such a name.
    func remove(prefix: String, of domain: Int64, in db: Database) throws {
        try db.change(
            sql: "DELETE FROM \(table) WHERE \(key) = ? AND substr(\(name), 1, ?) = ?",
            arguments: [domain, prefix.count, prefix])
    }
}
