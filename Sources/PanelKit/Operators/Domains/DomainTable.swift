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
