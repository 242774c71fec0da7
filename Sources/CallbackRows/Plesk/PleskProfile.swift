import CallbackCore

/// Knows what the rows of the panel's own tables mean.
///
/// What belongs together is folded: the rows of one transaction where the source knows it (`begin`, `end`), or of one
/// operation of the embedded panel. That one numbers its operations: what stands in the log between the insert of a row
/// into `operations` and the update that closes it was one. Without either, each row is one event.
struct PleskProfile: RowProfile {
    /// Whether tables that only the embedded panel has are read: no other database's `operations` is interpreted.
    private let isEmbeddedPanel: Bool
    private(set) var names = PleskNames()
    private var open: PleskUnit?

    init(isEmbeddedPanel: Bool) { self.isEmbeddedPanel = isEmbeddedPanel }

    var watches: [TableWatch] {
        PleskTable.allCases.filter { isEmbeddedPanel || !$0.isOfEmbeddedPanel }
            .map { TableWatch(table: $0.rawValue, redaction: .credentials) }
    }

    var isWithinUnit: Bool { open != nil }

    mutating func begin(operation: String, into reading: inout Reading) {
        close(into: &reading)
        open = PleskUnit(operation: operation)
    }

    mutating func end(into reading: inout Reading) { close(into: &reading) }

    mutating func take(_ changes: [RowChange], into reading: inout Reading) {
        guard let first = changes.first, let table = PleskTable(named: first.layout.table) else { return }
        guard table != .operations else {
            for change in changes { mark(change, into: &reading) }
            return
        }
        let isOpen = open != nil
        var unit = open ?? PleskUnit(operation: nil)
        // Held twice, all that it knows would be copied for each row.
        open = nil
        for change in changes { reading.names += unit.take(change, of: table, names: &names) }
        if isOpen {
            open = unit
        } else {
            finish(unit, into: &reading)
        }
    }

    mutating func reachHorizon(into reading: inout Reading) { close(into: &reading) }

    mutating func readNames(from tables: some NameTables) throws -> [NameChange] {
        try names.read(from: tables)
    }

    mutating func restore(_ names: [NameChange]) { self.names.restore(names) }

    mutating func undo(_ change: RowChange) {
        guard let table = PleskTable(named: change.layout.table) else { return }
        _ = names.apply(change.undone, of: table)
    }

    var knownNames: [NameChange] { names.all }

    private mutating func mark(_ change: RowChange, into reading: inout Reading) {
        switch change.kind {
        case .inserted:
            close(into: &reading)
            guard change.new("closed_at")?.isNull ?? true else { return }
            open = PleskUnit(operation: change.new("id").flatMap { PleskUnit.id($0) })
        case .updated:
            guard let id = change.new("id").flatMap({ PleskUnit.id($0) }), id == open?.operation,
                change.new("closed_at")?.isNull == false
            else { return }
            close(into: &reading)
        case .deleted: break
        }
    }

    private mutating func close(into reading: inout Reading) {
        guard let unit = open else { return }
        open = nil
        finish(unit, into: &reading)
    }

    /// Gives the events of a unit in the order of their places.
    private func finish(_ unit: PleskUnit, into reading: inout Reading) {
        guard !unit.isEmpty else { return }
        var drafts = PlanEvents(unit: unit, names: names).drafts
        drafts += PlanItemEvents(unit: unit, names: names).drafts
        drafts += RowEvents(unit: unit, names: names).drafts
        drafts += LicenseEvents(unit: unit).drafts
        let sorted = drafts.enumerated().sorted {
            ($0.element.place.position, $0.offset) < ($1.element.place.position, $1.offset)
        }
        var ordinal = 0
        var position: Int64?
        for (_, draft) in sorted {
            ordinal = draft.place.position == position ? ordinal + 1 : 0
            position = draft.place.position
            reading.events.append(draft.event(operation: unit.operation, ordinal: ordinal))
        }
    }
}
