import CMariaDB
import CallbackRows

extension MariaDBConnection: NameTables {
    func columns(of table: String) throws -> Set<String> {
        let columns = try query(
            "SELECT COLUMN_NAME FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = \(address.database.sqlText) "
                + "AND TABLE_NAME = \(table.sqlText)")
        return Set(columns.compactMap { $0[0] })
    }

    func rows(of table: String, _ columns: [String], _ take: ([RowValue]) -> Void) throws {
        let list = columns.map(\.sqlName).joined(separator: ", ")
        try query("SELECT \(list) FROM \(address.database.sqlName).\(table.sqlName)") { row in
            take((0..<row.count).map { row.value($0) })
        }
    }
}

extension ResultRow {
    /// The value with the type that the binlog would give it.
    func value(_ column: Int) -> RowValue {
        guard let bytes = bytes(column) else { return .null }
        let field = field(column)
        switch field.type {
        case MYSQL_TYPE_TINY, MYSQL_TYPE_SHORT, MYSQL_TYPE_INT24, MYSQL_TYPE_LONG, MYSQL_TYPE_LONGLONG,
            MYSQL_TYPE_YEAR:
            let text = String(decoding: bytes, as: UTF8.self)
            return Int64(text).map { .integer($0) } ?? UInt64(text).map { RowValue(unsigned: $0) } ?? .text(text)
        case MYSQL_TYPE_FLOAT, MYSQL_TYPE_DOUBLE:
            let text = String(decoding: bytes, as: UTF8.self)
            return Double(text).map { .real($0) } ?? .text(text)
        case MYSQL_TYPE_BIT:
            return RowValue(unsigned: bytes.reduce(0) { $0 << 8 | UInt64($1) })
        case MYSQL_TYPE_STRING, MYSQL_TYPE_VAR_STRING, MYSQL_TYPE_VARCHAR, MYSQL_TYPE_BLOB, MYSQL_TYPE_TINY_BLOB,
            MYSQL_TYPE_MEDIUM_BLOB, MYSQL_TYPE_LONG_BLOB, MYSQL_TYPE_GEOMETRY:
            // The character set `binary`.
            guard field.charsetnr == 63 else { return CharacterCoding.utf8.value(bytes) }
            return bytes.count <= LargeValue.limit ? .blob(Array(bytes)) : .large(LargeValue(bytes, isText: false))
        default: return CharacterCoding.utf8.value(bytes)
        }
    }
}
