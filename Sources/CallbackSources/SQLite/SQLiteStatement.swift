import CallbackRows
import GRDBSQLite

/// One prepared statement. Stepping past the last row resets it, so that it holds no lock when it is done.
final class SQLiteStatement {
    /// Texts and blobs above this are not taken into memory: an event of more than a mebibyte leaves them out.
    static let largestValue = 1 << 20

    private let connection: SQLiteConnection
    private let handle: OpaquePointer
    private let sql: String

    init(_ sql: String, on connection: SQLiteConnection) throws(SQLiteError) {
        var handle: OpaquePointer?
        let code = sqlite3_prepare_v2(connection.handle, sql, -1, &handle, nil)
        guard code == SQLITE_OK, let handle else {
            throw SQLiteError(handle: connection.handle, code: code, sql: sql)
        }
        self.connection = connection
        self.handle = handle
        self.sql = sql
    }

    deinit { sqlite3_finalize(handle) }

    /// Goes to the next row; false when there is none.
    func step() throws(SQLiteError) -> Bool {
        switch sqlite3_step(handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE:
            sqlite3_reset(handle)
            return false
        case let code:
            let error = SQLiteError(handle: connection.handle, code: code, sql: sql)
            sqlite3_reset(handle)
            throw error
        }
    }

    /// Lets go of the row and of the lock that it needs.
    func reset() { sqlite3_reset(handle) }

    func bind(_ values: [RowValue]) throws(SQLiteError) {
        for (index, value) in values.enumerated() { try bind(value, at: Int32(index + 1)) }
    }

    func bind(_ value: Int64, at index: Int32) { sqlite3_bind_int64(handle, index, value) }

    private func bind(_ value: RowValue, at index: Int32) throws(SQLiteError) {
        let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        let code: Int32
        switch value {
        case .null, .large: code = sqlite3_bind_null(handle, index)
        case .integer(let number): code = sqlite3_bind_int64(handle, index, number)
        case .real(let number): code = sqlite3_bind_double(handle, index, number)
        case .unsigned(let number): return try bind(.text(String(number)), at: index)
        case .text(let text):
            let bytes = Array(text.utf8)
            code = bytes.withUnsafeBytes {
                sqlite3_bind_text(handle, index, $0.baseAddress, Int32($0.count), transient)
            }
        case .brokenText(let bytes):
            code = bytes.withUnsafeBytes {
                sqlite3_bind_text(handle, index, $0.baseAddress, Int32($0.count), transient)
            }
        case .blob(let bytes):
            code = bytes.withUnsafeBytes {
                sqlite3_bind_blob(handle, index, $0.baseAddress, Int32($0.count), transient)
            }
        }
        guard code == SQLITE_OK else { throw SQLiteError(handle: connection.handle, code: code, sql: sql) }
    }

    var columnCount: Int32 { sqlite3_column_count(handle) }

    func type(_ column: Int32) -> Int32 { sqlite3_column_type(handle, column) }

    func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(handle, column) }

    /// The value with its type kept. Must be read before the next step.
    func value(_ column: Int32) -> RowValue {
        switch sqlite3_column_type(handle, column) {
        case SQLITE_INTEGER: return .integer(sqlite3_column_int64(handle, column))
        case SQLITE_FLOAT: return .real(sqlite3_column_double(handle, column))
        case SQLITE_TEXT:
            let start = sqlite3_column_text(handle, column)
            let bytes = UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column)))
            guard bytes.count <= Self.largestValue else { return .large(LargeValue(bytes, isText: true)) }
            if let text = String(validating: bytes, as: UTF8.self) { return .text(text) }
            return .brokenText(Array(bytes))
        case SQLITE_BLOB:
            let start = sqlite3_column_blob(handle, column)
            let count = Int(sqlite3_column_bytes(handle, column))
            let bytes = UnsafeBufferPointer(start: start?.assumingMemoryBound(to: UInt8.self), count: count)
            guard count <= Self.largestValue else { return .large(LargeValue(bytes, isText: false)) }
            return .blob(Array(bytes))
        default: return .null
        }
    }
}
