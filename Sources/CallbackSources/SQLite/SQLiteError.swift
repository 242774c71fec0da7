import GRDBSQLite

/// What SQLite answered, in its own words, with the statement that it was about.
struct SQLiteError: Error, CustomStringConvertible {
    /// The primary result code.
    let code: Int32
    let message: String
    let sql: String

    init(code: Int32, message: String, sql: String = "") {
        self.code = code & 0xFF
        self.message = message
        self.sql = sql
    }

    init(handle: OpaquePointer?, code: Int32, sql: String = "") {
        let words = handle.flatMap { sqlite3_errmsg($0) } ?? sqlite3_errstr(code)
        self.init(code: code, message: words.map { String(cString: $0) } ?? "SQLite error \(code)", sql: sql)
    }

    /// Somebody else holds a lock: time cures it.
    var isBusy: Bool { code == SQLITE_BUSY || code == SQLITE_LOCKED || code == SQLITE_INTERRUPT }

    /// The statement was made for a schema that is not there any more.
    var isSchema: Bool { code == SQLITE_SCHEMA || code == SQLITE_ERROR }

    /// The statement itself is wrong, or may not do what it says; asking again would not help.
    var isAboutStatement: Bool { [SQLITE_ERROR, SQLITE_AUTH, SQLITE_MISMATCH, SQLITE_TOOBIG].contains(code) }

    var description: String { sql.isEmpty ? message : "\(message) (in: \(sql.prefix(200)))" }
}
