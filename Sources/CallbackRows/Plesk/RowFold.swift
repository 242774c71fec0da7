/// All changes of one row within one operation, as the one change that they come to.
struct RowFold {
    let table: PleskTable
    private(set) var first: RowChange
    private(set) var last: RowChange

    init(_ change: RowChange, of table: PleskTable) {
        self.table = table
        first = change
        last = change
    }

    mutating func add(_ change: RowChange) { last = change }

    /// What it came to; nil where the row came and went, or is as it was.
    var kind: RowChange.Kind? {
        switch (first.kind != .inserted, last.kind != .deleted) {
        case (false, true): .inserted
        case (true, false): .deleted
        case (false, false): nil
        case (true, true): net.changedColumns.isEmpty ? nil : .updated
        }
    }

    /// First old, last new.
    private var net: RowChange {
        RowChange(place: first.place, layout: last.layout, kind: .updated, old: oldValues, new: last.new)
    }

    /// The old values in the columns of the last layout, should a column have come in between.
    private var oldValues: [RowValue] {
        guard first.layout.columns != last.layout.columns else { return first.old }
        return last.layout.columns.map { first.old($0) ?? .null }
    }

    /// Where the event stands: a deletion where it ended, everything else where it began.
    var place: RowPlace { kind == .deleted ? last.place : first.place }

    var changedColumns: [String] { kind == .updated ? net.changedColumns : [] }

    func old(_ column: String) -> RowValue? { first.old(column) }
    func new(_ column: String) -> RowValue? { last.new(column) }
}
