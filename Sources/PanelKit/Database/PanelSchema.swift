import GRDB

/// The tables of the panel's database, and the marks by which it is recognised.
///
/// Tables that the real panel has carry its names, columns and keys, so that whatever watches this database also
/// understands the real one. References to tables that do not exist here are plain numbers.
enum PanelSchema {
    /// `PRAGMA application_id`: the letters "PNEL".
    static let applicationID = 0x504E_454C

    /// What each version added to the one before it. A new file takes all the steps, an older one those that it lacks.
    ///
    /// A step is never changed once files were made with it: what becomes different is a further step.
    private static let steps = [
        [people, plans, apps, own],
        [logs, planIndexes],
        [access],
        [domainSettings, objectIndexes],
    ]

    /// `PRAGMA user_version`.
    static let version = steps.count

    /// Creates every table. To be called inside a transaction.
    static func create(in db: Database) throws {
        try db.execute(sql: "PRAGMA application_id = \(applicationID)")
        try upgrade(from: 0, in: db)
    }

    /// Adds what the tables of an older version lack; nothing that they hold is touched. Inside a transaction.
    static func upgrade(in db: Database) throws {
        // Asked for again under the lock: another program may have been quicker.
        let found = try foundVersion(in: db)
        if found < version { try upgrade(from: found, in: db) }
    }

    private static func upgrade(from found: Int, in db: Database) throws {
        for tables in steps[found...].joined() { try db.execute(sql: tables) }
        try db.execute(sql: "PRAGMA user_version = \(version)")
    }

    /// Tells whether the database holds nothing at all yet.
    static func isAbsent(in db: Database) throws -> Bool {
        try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_schema") == 0
    }

    /// Tells whether it is a panel database of a version before this one.
    static func isOlder(in db: Database) throws -> Bool { try foundVersion(in: db) < version }

    /// Says what keeps a file from being used as this panel's database, or nil where it can be used.
    static func objection(in db: Database) throws -> String? {
        let application = try Int.fetchOne(db, sql: "PRAGMA application_id") ?? 0
        guard application == applicationID else { return "it was not made by `panel init`" }
        let found = try foundVersion(in: db)
        guard found > 0 else { return "its tables have version \(found), which no panel ever made" }
        guard found <= version else {
            return "its tables have version \(found), and this program knows those up to \(version); use the program "
                + "that made it, or a newer one"
        }
        return nil
    }

    private static func foundVersion(in db: Database) throws -> Int {
        try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
    }
}
