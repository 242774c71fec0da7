/// Asks `information_schema` how tables look now.
struct SchemaReader {
    let connection: MariaDBConnection

    /// How the tables of these names look, by the names that are asked for; those that do not exist, or that this user
    /// may not see, are absent.
    func tables(_ names: [String]) throws(MariaDBError) -> [String: SchemaTable] {
        guard !names.isEmpty else { return [:] }
        let list = names.map(\.sqlText).joined(separator: ", ")
        let of = "WHERE TABLE_SCHEMA = \(connection.address.database.sqlText) AND TABLE_NAME IN (\(list))"
        let areNamesFolded = try connection.value("SELECT @@lower_case_table_names") != "0"
        func asked(_ name: String) -> String? {
            names.first { $0 == name || areNamesFolded && $0.lowercased() == name.lowercased() }
        }
        var tables: [String: SchemaTable] = [:]
        let columns = try connection.query(
            "SELECT TABLE_NAME, COLUMN_NAME, DATA_TYPE, COLUMN_TYPE, CHARACTER_SET_NAME "
                + "FROM information_schema.COLUMNS \(of) ORDER BY TABLE_NAME, ORDINAL_POSITION")
        for row in columns {
            guard let table = row[0].flatMap(asked), let name = row[1], let type = row[2], let full = row[3] else {
                continue
            }
            tables[table, default: SchemaTable(columns: [], primaryKey: [])].columns.append(
                .init(name: name, dataType: type.lowercased(), columnType: full, characterSet: row[4]))
        }
        let keys = try connection.query(
            "SELECT TABLE_NAME, COLUMN_NAME FROM information_schema.STATISTICS \(of) AND INDEX_NAME = 'PRIMARY' "
                + "ORDER BY TABLE_NAME, SEQ_IN_INDEX")
        for row in keys {
            if let table = row[0].flatMap(asked), let column = row[1] { tables[table]?.primaryKey.append(column) }
        }
        return tables
    }
}

extension String {
    /// The text as an SQL literal. Names and texts of the configuration only: the server's `sql_mode` may not take
    /// backslashes as it usually does, so one is written as a character of its own.
    var sqlText: String {
        guard contains("\\") else {
            return "'" + split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
        }
        return "_utf8mb4 x'" + utf8.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() + "'"
    }

    /// The name as SQL takes it, whatever characters it has.
    var sqlName: String {
        "`" + split(separator: "`", omittingEmptySubsequences: false).joined(separator: "``") + "`"
    }
}
