import GRDB

/// One value of a plan: a row of `TmplData`.
enum PlanValue {
    static func find(_ element: String, of plan: Int64, in db: Database) throws -> String? {
        try String.fetchOne(
            db, sql: "SELECT value FROM TmplData WHERE tmpl_id = ? AND element = ?", arguments: [plan, element])
    }

    static func insert(_ element: String, _ value: String, into plan: Int64, in db: Database) throws {
        try db.change(
            sql: "INSERT INTO TmplData (tmpl_id, element, value) VALUES (?, ?, ?)", arguments: [plan, element, value])
    }

    static func update(_ element: String, _ value: String, of plan: Int64, in db: Database) throws {
        try db.change(
            sql: "UPDATE TmplData SET value = ? WHERE tmpl_id = ? AND element = ?", arguments: [value, plan, element])
    }
}
