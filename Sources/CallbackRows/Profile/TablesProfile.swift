import CallbackCore

/// Gives one event for each changed row of the tables that the configuration lists under `tables:`.
struct TablesProfile: RowProfile {
    /// One entry of `tables:`.
    struct Table: Sendable {
        var name: String
        var key: [String]
        var sensitive: Set<String>
        /// The event's type by what happened; nil where that is of no interest.
        var inserted: EventType?
        var updated: EventType?
        var deleted: EventType?
        /// The type of a row that a snapshot finds.
        var existing: EventType
    }

    private let tables: [String: Table]
    private let order: [String]
    /// The transaction or operation that the rows belong to, where it is known.
    private var operation: String?
    let isWithinUnit = false

    init(_ tables: [Table]) {
        order = tables.map { $0.name.lowercased() }
        self.tables = Dictionary(tables.map { ($0.name.lowercased(), $0) }, uniquingKeysWith: { first, _ in first })
    }

    var watches: [TableWatch] {
        order.compactMap { tables[$0] }.map {
            TableWatch(table: $0.name, redaction: .named($0.sensitive), key: $0.key)
        }
    }

    mutating func begin(operation: String, into reading: inout Reading) { self.operation = operation }

    mutating func end(into reading: inout Reading) { operation = nil }

    func take(_ changes: [RowChange], into reading: inout Reading) {
        for change in changes {
            if let event = event(of: change) { reading.events.append(event) }
        }
    }

    /// A table that the configuration lists, by its name: capitals do not count.
    func table(_ name: String) -> Table? { tables[name.lowercased()] }

    var existingTables: [String] { watches.map(\.table) }

    func existing(_ row: RowChange) -> [CapturedEvent] {
        guard let table = table(row.layout.table) else { return [] }
        return [event(table.existing, of: row)]
    }

    func reachHorizon(into reading: inout Reading) {}

    func readNames(from tables: some NameTables) -> [NameChange] { [] }

    func restore(_ names: [NameChange]) {}

    func event(of change: RowChange) -> CapturedEvent? {
        guard let table = tables[change.layout.table.lowercased()] else { return nil }
        let type: EventType?
        switch change.kind {
        case .inserted: type = table.inserted
        case .updated: type = table.updated
        case .deleted: type = table.deleted
        }
        guard let type, change.kind != .updated || !change.changedColumns.isEmpty else { return nil }
        return event(type, of: change)
    }

    private func event(_ type: EventType, of change: RowChange) -> CapturedEvent {
        let layout = change.layout
        // A row number that the table does not declare is shown only where it is the row's name.
        let first = layout.hasHiddenRowID && !layout.identity.contains(0) ? 1 : 0
        var writer = FieldWriter()
        var rows = [
            writer.object(layout.columns, change.new, side: "new", from: change.new.isEmpty ? 0 : first),
            writer.object(layout.columns, change.old, side: "old", from: change.old.isEmpty ? 0 : first),
        ]
        writer.trim(&rows)
        var data = JSONObject()
        data.members.reserveCapacity(5)
        data.append("new", change.kind == .deleted ? .null : .object(rows[0]))
        data.append("old", change.kind == .inserted ? .null : .object(rows[1]))
        data.append("changed", .array(change.changedColumns.map { .string($0) }))
        data.append("operation", operation.map { .string($0) } ?? .null)
        if !layout.redacted.isEmpty { data.append("redacted", .array(layout.redacted.map { .string($0) })) }
        if !writer.encoded.isEmpty { data.append("encoded", .array(writer.encoded.map { .string($0) })) }
        if writer.isTruncated { data.append("truncated", true) }
        let subject = SubjectKey.encoded(Array(layout.table.utf8)) + "/" + SubjectKey.text(of: change.identity)
        return CapturedEvent(
            type: type, subject: subject, time: Timestamp(milliseconds: change.place.milliseconds),
            data: .object(data),
            origin: EventOrigin(position: change.place.position, nonce: change.place.nonce, ordinal: 0))
    }
}

extension RowChange {
    /// The columns in which old and new differ, without the undeclared row number; empty unless both are there.
    var changedColumns: [String] {
        guard kind == .updated else { return [] }
        var changed: [String] = []
        for index in layout.columns.indices where !old[index].isSame(as: new[index]) {
            if index == 0 && layout.hasHiddenRowID && !layout.identity.contains(0) { continue }
            changed.append(layout.columns[index])
        }
        return changed
    }
}
