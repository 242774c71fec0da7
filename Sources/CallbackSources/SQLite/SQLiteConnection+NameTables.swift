import CallbackRows

/// The name tables as they are in the transaction that is open.
extension SQLiteConnection: NameTables {
    func columns(of table: String) throws -> Set<String> {
        Set(try rows("SELECT name FROM pragma_table_info(?1)", .text(table)).compactMap { $0[0].text })
    }

    func rows(of table: String, _ columns: [String], _ take: ([RowValue]) -> Void) throws {
        let list = columns.map(\.sqlName).joined(separator: ", ")
        let statement = try prepare("SELECT \(list) FROM \(table.sqlName)")
        while try statement.step() { take((0..<Int32(columns.count)).map { statement.value($0) }) }
    }
}
