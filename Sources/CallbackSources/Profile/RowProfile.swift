import CallbackCore

/// What a profile made of the rows that it was given.
struct Reading {
    var events: [CapturedEvent] = []
    var names: [NameChange] = []
}

/// Knows what the rows of certain tables mean.
protocol RowProfile {
    /// The tables whose rows it wants to see.
    var watches: [TableWatch] { get }

    /// Whether rows that belong together are still incomplete: no batch may end here.
    var isWithinUnit: Bool { get }

    /// Takes one change, with those before it that it caused by replacing rows.
    mutating func take(_ changes: [RowChange], into reading: inout Reading)

    /// Ends what is still open: no transaction goes on beyond this point.
    mutating func reachHorizon(into reading: inout Reading)

    /// Reads the names that later changes will need, in the transaction that installs the triggers.
    mutating func readNames(on connection: SQLiteConnection) throws(SQLiteError) -> [NameChange]

    /// Takes back the names that were saved with the mark.
    mutating func restore(_ names: [NameChange])
}
