import GRDB

/// The tables of the panel's database, and the marks by which it is recognised.
///
/// Tables that the real panel has carry its names, columns and keys, so that whatever watches this database also
/// understands the real one. References to tables that do not exist here are plain numbers.
enum PanelSchema {
    /// `PRAGMA application_id`: the letters "PNEL".
    static let applicationID = 0x504E_454C

    /// `PRAGMA user_version`: raised whenever a table changes.
    static let version = 4

    /// Creates every table. To be called inside a transaction.
    static func create(in db: Database) throws {
        for tables in [people, plans, apps, own, logs, access, domainSettings] {
            try db.execute(sql: tables)
        }
        try db.execute(sql: "PRAGMA application_id = \(applicationID)")
        try db.execute(sql: "PRAGMA user_version = \(version)")
    }

    /// Tells whether the database holds nothing at all yet.
    static func isAbsent(in db: Database) throws -> Bool {
        try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_schema") == 0
    }

    /// Says what keeps a file from being used as this panel's database, or nil where it can be used.
    static func objection(in db: Database) throws -> String? {
        let application = try Int.fetchOne(db, sql: "PRAGMA application_id") ?? 0
        guard application == applicationID else {
            return "it was not made by `panel init`"
        }
        let found = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
        guard found == version else {
            return "its tables have version \(found), and this program works with version \(version)"
        }
        return nil
    }
}
