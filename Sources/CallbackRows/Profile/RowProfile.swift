package import CallbackCore

/// What a profile made of the rows that it was given.
package struct Reading: Sendable {
    package var events: [CapturedEvent] = []
    package var names: [NameChange] = []

    package init() {}
}

/// Knows what the rows of certain tables mean.
protocol RowProfile {
    /// The tables whose rows it wants to see.
    var watches: [TableWatch] { get }

    /// Whether rows that belong together are still incomplete: no batch may end here.
    var isWithinUnit: Bool { get }

    /// What follows belongs together until `end`, under the name that the database gives it.
    mutating func begin(operation: String, into reading: inout Reading)

    /// Ends what `begin` began.
    mutating func end(into reading: inout Reading)

    /// Takes one change, with those before it that it caused by replacing rows.
    mutating func take(_ changes: [RowChange], into reading: inout Reading)

    /// Ends what is still open: no transaction goes on beyond this point.
    mutating func reachHorizon(into reading: inout Reading)

    /// The tables of which a snapshot can tell, in the order in which it reads them.
    var existingTables: [String] { get }

    /// The events of a row that is there already; the names are those of the moment at which it was read.
    func existing(_ row: RowChange) -> [CapturedEvent]

    /// Reads the names that later changes will need, as they are where watching begins.
    mutating func readNames(from tables: some NameTables) throws -> [NameChange]

    /// Takes back the names that were saved with the mark.
    mutating func restore(_ names: [NameChange])
}
