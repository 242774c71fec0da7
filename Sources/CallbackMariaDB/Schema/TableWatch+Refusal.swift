import CallbackRows

extension TableWatch {
    /// Why a table is not as the configuration says: what must not be copied would be, or its rows had no name. Nil where
    /// it can be watched.
    func refusal(of schema: SchemaTable) -> MariaDBProblem? {
        let columns = schema.columns.map(\.name)
        let missing = missingSensitive(among: columns)
        guard missing.isEmpty else {
            return .refusedTable(
                "the table \(table) has no column \(missing.joined(separator: ", ")), which is called sensitive: correct "
                    + "`sensitive`")
        }
        if let column = key.first(where: { key in !columns.contains { $0.lowercased() == key.lowercased() } }) {
            return .refusedTable("the table \(table) has no column \(column), which is its key: correct `key`")
        }
        // A profile knows by itself what names a row.
        if case .named = redaction, key.isEmpty, schema.primaryKey.isEmpty {
            return .refusedTable("the table \(table) has no primary key: write `key:` with the columns that name a row")
        }
        if let column = (key.isEmpty ? schema.primaryKey : key).first(where: { isSensitive($0) }) {
            return .refusedTable(
                "the column \(column) names the rows of \(table), and is called sensitive: it cannot be both")
        }
        return nil
    }
}
