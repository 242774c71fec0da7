/// One row of a watched table that was inserted, updated or deleted.
package struct RowChange: Sendable {
    package enum Kind: Sendable { case inserted, updated, deleted }

    package var place: RowPlace
    package var layout: RowLayout
    package var kind: Kind
    /// In the order of the layout's columns; empty where the row was inserted.
    package var old: [RowValue]
    /// Empty where the row was deleted.
    package var new: [RowValue]

    package init(place: RowPlace, layout: RowLayout, kind: Kind, old: [RowValue], new: [RowValue]) {
        self.place = place
        self.layout = layout
        self.kind = kind
        self.old = old
        self.new = new
    }

    /// The values that name the row, as they are now or were last.
    package var identity: [RowValue] {
        let values = kind == .deleted ? old : new
        return layout.identity.map { values[$0] }
    }

    package func old(_ column: String) -> RowValue? { value(of: column, in: old) }

    package func new(_ column: String) -> RowValue? { value(of: column, in: new) }

    private func value(of column: String, in values: [RowValue]) -> RowValue? {
        guard !values.isEmpty, let place = layout.place(of: column) else { return nil }
        return values[place]
    }

    /// The change that takes this one back.
    package var undone: RowChange {
        let kind: Kind = kind == .inserted ? .deleted : kind == .deleted ? .inserted : .updated
        return RowChange(place: place, layout: layout, kind: kind, old: new, new: old)
    }
}
