import GRDB

/// One value of a plan: a row of `TmplData`.
enum PlanValue {
    static func find(_ element: String, of plan: Int64, in db: Database) throws -> String? {
        let request = SQLRequest<String>(
            sql: "SELECT value FROM TmplData WHERE tmpl_id = ? AND element = ?", arguments: [plan, element],
            cached: true)
        return try request.fetchOne(db)
    }

    static func insert(_ element: String, _ value: String, into plan: Int64, in db: Database) throws {
        try db.change(
            sql: "INSERT INTO TmplData (tmpl_id, element, value) VALUES (?, ?, ?)", arguments: [plan, element, value])
    }

    static func update(_ element: String, _ value: String, of plan: Int64, in db: Database) throws {
        try db.change(
            sql: "UPDATE TmplData SET value = ? WHERE tmpl_id = ? AND element = ?", arguments: [value, plan, element])
    }

    /// Gives a plan a value, whether or not it has one there already.
    static func set(_ row: SettingRow, of plan: Int64, in db: Database) throws {
        try db.change(
            sql: """
                INSERT INTO TmplData (tmpl_id, element, value) VALUES (?, ?, ?)
                ON CONFLICT (tmpl_id, element) DO UPDATE SET value = excluded.value WHERE value <> excluded.value
                """,
            arguments: [plan, row.element, row.value])
    }

    /// - Returns: false where the plan has no such value.
    static func remove(_ element: String, of plan: Int64, in db: Database) throws -> Bool {
        try db.change(sql: "DELETE FROM TmplData WHERE tmpl_id = ? AND element = ?", arguments: [plan, element])
        return db.changesCount > 0
    }

    /// All values of a plan.
    static func all(of plan: Int64, in db: Database) throws -> [String: String] {
        let request = SQLRequest<Row>(
            sql: "SELECT element, value FROM TmplData WHERE tmpl_id = ?", arguments: [plan], cached: true)
        let rows = try request.fetchAll(db).map { (key: $0[0] as String, value: $0[1] as String) }
        return Dictionary(uniqueKeysWithValues: rows)
    }
}
