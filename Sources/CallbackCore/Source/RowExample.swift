/// One change of a row as a person writes it down, for a test of rules.
package struct RowExample: Sendable {
    package enum Operation: String, Sendable, CaseIterable {
        case insert, update, delete
    }

    package var table: String
    package var tablePlace: ConfigPlace
    package var operation: Operation
    /// The row before, a mapping of columns; nil for an insert.
    package var old: ConfigNode?
    /// The row after, a mapping of columns; nil for a delete.
    package var new: ConfigNode?
    package var place: ConfigPlace

    package init(
        table: String,
        tablePlace: ConfigPlace,
        operation: Operation,
        old: ConfigNode?,
        new: ConfigNode?,
        place: ConfigPlace
    ) {
        self.table = table
        self.tablePlace = tablePlace
        self.operation = operation
        self.old = old
        self.new = new
        self.place = place
    }
}
