/// A few rows of a table, one after the other by its key, as they all were at one moment.
package struct SnapshotPage: Sendable {
    /// One row, with the key by which the next page is found.
    package struct Row: Sendable {
        package var key: [RowValue]
        /// In the order of the layout's columns.
        package var values: [RowValue]

        package init(key: [RowValue], values: [RowValue]) {
            self.key = key
            self.values = values
        }
    }

    package var layout: RowLayout
    /// The rows that were asked for, without those that the condition left out.
    package var rows: [Row]
    /// The key of the last row that was looked at; nil where there was none.
    package var last: [RowValue]?
    /// How many rows were looked at.
    package var count: Int
    /// Whether the table ends here.
    package var isLast: Bool

    package init(layout: RowLayout, rows: [Row] = [], last: [RowValue]? = nil, count: Int = 0, isLast: Bool) {
        self.layout = layout
        self.rows = rows
        self.last = last
        self.count = count
        self.isLast = isLast
    }
}
