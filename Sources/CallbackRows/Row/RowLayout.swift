/// The columns of a table at the time of a change.
package struct RowLayout: Sendable, Hashable {
    package var table: String
    /// Columns in the order in which their values stand; sensitive ones are absent.
    package var columns: [String]
    /// The first column is the row's number, which the table has under this name without declaring it.
    package var hasHiddenRowID: Bool
    /// Places of the columns that name a row among those of the table.
    package var identity: [Int]
    /// The sensitive columns, by name.
    package var redacted: [String]

    package init(table: String, columns: [String], hasHiddenRowID: Bool, identity: [Int], redacted: [String]) {
        self.table = table
        self.columns = columns
        self.hasHiddenRowID = hasHiddenRowID
        self.identity = identity
        self.redacted = redacted
    }

    /// Where a column stands; capitals do not count.
    package func place(of column: String) -> Int? {
        let wanted = column.lowercased()
        return columns.firstIndex { $0.lowercased() == wanted }
    }
}
