import CallbackRows
import GRDBSQLite

/// One connection to a panel's database, used by one thread.
///
/// It never creates a file, never changes the journal mode, and never waits for a lock on its own.
final class SQLiteConnection {
    let handle: OpaquePointer
    let path: String

    /// - Parameter isReadOnly: whether nothing can be written by it.
    /// - Throws: `SQLiteError`, also where the file is missing.
    init(path: String, isReadOnly: Bool = false) throws(SQLiteError) {
        var handle: OpaquePointer?
        let flags = (isReadOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE) | SQLITE_OPEN_NOMUTEX
        let code = sqlite3_open_v2(path, &handle, flags, nil)
        guard code == SQLITE_OK, let handle else {
            let error = SQLiteError(handle: handle, code: code)
            sqlite3_close_v2(handle)
            throw error
        }
        self.handle = handle
        self.path = path
        sqlite3_extended_result_codes(handle, 1)
        sqlite3_busy_timeout(handle, 0)
    }

    deinit { sqlite3_close_v2(handle) }

    /// Runs one or several statements without results.
    func execute(_ sql: String) throws(SQLiteError) {
        let code = sqlite3_exec(handle, sql, nil, nil, nil)
        guard code == SQLITE_OK else { throw SQLiteError(handle: handle, code: code, sql: sql) }
    }

    func prepare(_ sql: String) throws(SQLiteError) -> SQLiteStatement {
        try SQLiteStatement(sql, on: self)
    }

    /// The first column of the first row; nil where there is no row or it holds NULL or text.
    func integer(_ sql: String, _ values: RowValue...) throws(SQLiteError) -> Int64? {
        let statement = try prepare(sql)
        try statement.bind(values)
        guard try statement.step(), statement.type(0) == SQLITE_INTEGER else { return nil }
        return statement.integer(0)
    }

    /// Every row of a query, for the small ones that look at the schema.
    func rows(_ sql: String, _ values: RowValue...) throws(SQLiteError) -> [[RowValue]] {
        let statement = try prepare(sql)
        try statement.bind(values)
        var rows: [[RowValue]] = []
        while try statement.step() {
            rows.append((0..<statement.columnCount).map { statement.value($0) })
        }
        return rows
    }

    func run(_ sql: String, _ values: RowValue...) throws(SQLiteError) {
        let statement = try prepare(sql)
        try statement.bind(values)
        _ = try statement.step()
    }

    /// Runs `body` as the only writer; what it did is undone where it throws.
    func asWriter<Result>(_ body: () throws -> Result) throws -> Result {
        try execute("BEGIN IMMEDIATE")
        do {
            let result = try body()
            try execute("COMMIT")
            return result
        } catch {
            rollBack()
            throw error
        }
    }

    /// Undoes the open transaction, if there is one.
    func rollBack() {
        if sqlite3_get_autocommit(handle) == 0 { sqlite3_exec(handle, "ROLLBACK", nil, nil, nil) }
    }

    /// Waits up to this many milliseconds for a lock; 0 gives up at once.
    func setPatience(milliseconds: Int32) { sqlite3_busy_timeout(handle, milliseconds) }
}

extension String {
    /// The name as SQL takes it, whatever characters it has.
    var sqlName: String {
        "\"" + split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }

    /// The text as an SQL literal.
    var sqlText: String { "'" + split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'" }
}
