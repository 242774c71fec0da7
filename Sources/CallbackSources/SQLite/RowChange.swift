/// One row of a watched table that was inserted, updated or deleted.
struct RowChange: Sendable {
    enum Kind: Sendable { case inserted, updated, deleted }

    var place: LogPlace
    var layout: TableLayout
    var kind: Kind
    /// In the order of the layout's columns; empty where the row was inserted.
    var old: [SQLiteValue]
    /// Empty where the row was deleted.
    var new: [SQLiteValue]

    /// The values that name the row, as they are now or were last.
    var identity: [SQLiteValue] {
        let values = kind == .deleted ? old : new
        return layout.identity.map { values[$0] }
    }

    func old(_ column: String) -> SQLiteValue? { value(of: column, in: old) }

    func new(_ column: String) -> SQLiteValue? { value(of: column, in: new) }

    private func value(of column: String, in values: [SQLiteValue]) -> SQLiteValue? {
        guard !values.isEmpty, let place = layout.place(of: column) else { return nil }
        return values[place]
    }
}
