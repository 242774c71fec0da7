import CallbackCore

/// Hands each row to the profile that knows its table.
struct RowInterpreter {
    private var plesk: PleskProfile?
    private var tables: TablesProfile
    private let tablesOfPlesk: Set<String>

    init(plesk: PleskProfile?, tables: TablesProfile) {
        self.plesk = plesk
        self.tables = tables
        let asked = Set(tables.watches.map { $0.table.lowercased() })
        tablesOfPlesk = Set((plesk?.watches ?? []).map { $0.table.lowercased() }).subtracting(asked)
    }

    var watches: [TableWatch] {
        (plesk?.watches ?? []).filter { tablesOfPlesk.contains($0.table.lowercased()) } + tables.watches
    }

    var isWithinUnit: Bool { plesk?.isWithinUnit ?? false }

    mutating func take(_ changes: [RowChange], into reading: inout Reading) {
        guard let first = changes.first else { return }
        if plesk != nil, tablesOfPlesk.contains(first.layout.table.lowercased()) {
            plesk?.take(changes, into: &reading)
        } else {
            tables.take(changes, into: &reading)
        }
    }

    mutating func reachHorizon(into reading: inout Reading) { plesk?.reachHorizon(into: &reading) }

    mutating func readNames(on connection: SQLiteConnection) throws(SQLiteError) -> [NameChange] {
        try plesk?.readNames(on: connection) ?? []
    }

    mutating func restore(_ names: [NameChange]) { plesk?.restore(names) }
}
