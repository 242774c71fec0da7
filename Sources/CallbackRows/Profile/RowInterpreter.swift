package import CallbackCore

/// Hands each row to the profile that knows its table.
package struct RowInterpreter {
    private var plesk: PleskProfile?
    private var tables: TablesProfile
    private let tablesOfPlesk: Set<String>

    init(plesk: PleskProfile?, tables: TablesProfile) {
        self.plesk = plesk
        self.tables = tables
        let asked = Set(tables.watches.map { $0.table.lowercased() })
        tablesOfPlesk = Set((plesk?.watches ?? []).map { $0.table.lowercased() }).subtracting(asked)
    }

    package var watches: [TableWatch] {
        (plesk?.watches ?? []).filter { tablesOfPlesk.contains($0.table.lowercased()) } + tables.watches
    }

    package var isWithinUnit: Bool { plesk?.isWithinUnit ?? false }

    /// What follows, until `end`, was one transaction or operation of this name.
    package mutating func begin(operation: String, into reading: inout Reading) {
        plesk?.begin(operation: operation, into: &reading)
        tables.begin(operation: operation, into: &reading)
    }

    package mutating func end(into reading: inout Reading) {
        plesk?.end(into: &reading)
        tables.end(into: &reading)
    }

    package mutating func take(_ changes: [RowChange], into reading: inout Reading) {
        guard let first = changes.first else { return }
        if plesk != nil, tablesOfPlesk.contains(first.layout.table.lowercased()) {
            plesk?.take(changes, into: &reading)
        } else {
            tables.take(changes, into: &reading)
        }
    }

    package mutating func reachHorizon(into reading: inout Reading) { plesk?.reachHorizon(into: &reading) }

    /// The tables of which a snapshot can tell, in the order in which it reads them.
    package var existingTables: [String] {
        (plesk?.existingTables ?? []).filter { tablesOfPlesk.contains($0.lowercased()) } + tables.existingTables
    }

    /// The events of a row that is there already; the names are those of the moment at which it was read.
    package func existing(_ row: RowChange) -> [CapturedEvent] {
        if let plesk, tablesOfPlesk.contains(row.layout.table.lowercased()) { return plesk.existing(row) }
        return tables.existing(row)
    }

    package mutating func readNames(from tables: some NameTables) throws -> [NameChange] {
        try plesk?.readNames(from: tables) ?? []
    }

    package mutating func restore(_ names: [NameChange]) { plesk?.restore(names) }

    /// Takes a change out of the names again: what was known before it.
    package mutating func undo(_ change: RowChange) { plesk?.undo(change) }

    /// Whether names are kept of a table; nil stands for any.
    package func keepsNames(of table: String?) -> Bool {
        guard plesk != nil, let table else { return plesk != nil }
        return tablesOfPlesk.contains(table.lowercased())
            && !(PleskTable(named: table)?.nameColumns.isEmpty ?? true)
    }

    /// Whether a change is one of names.
    package func changesNames(_ change: RowChange) -> Bool {
        keepsNames(of: change.layout.table) && PleskNames.differ(in: change)
    }

    /// All names that are known.
    package var knownNames: [NameChange] { plesk?.knownNames ?? [] }
}
