/// Reads whole tables of a panel's database, as they are at one moment.
package protocol NameTables {
    /// The columns that a table has; empty where there is no such table.
    func columns(of table: String) throws -> Set<String>

    /// Hands over every row of a table, with the values of these columns.
    func rows(of table: String, _ columns: [String], _ take: ([RowValue]) -> Void) throws
}
