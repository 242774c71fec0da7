package import CallbackCore

/// A snapshot in the hands of its source: what is to be read next, and what a page that was read becomes.
///
/// The source reads a page and its own position at the same moment, hands over every change up to that position, then
/// the page, then goes on with the changes behind it. So nothing is delivered in an older state after a newer one, and the
/// copy of the names is right for the page.
package struct SnapshotReading {
    /// Rows of one page at most.
    package static let pageSize = 500

    /// Why a run cannot go on.
    package struct Refusal: Error, CustomStringConvertible {
        package let description: String

        package init(_ description: String) { self.description = description }
    }

    package private(set) var run: SnapshotRun
    private var place: SnapshotRun.Place

    /// Begins a run, or goes on with it.
    ///
    /// - Parameters:
    ///   - tables: the tables that are there and give events, in the order in which they are read.
    ///   - incarnation: the source's present life. What was read of another one is read again.
    /// - Throws: `Refusal` for a table that is not among them.
    package init(_ run: SnapshotRun, tables: [String], incarnation: String) throws(Refusal) {
        self.run = run
        if let place = run.place, place.incarnation == incarnation {
            self.place = place
            return
        }
        let all = tables.map { SnapshotRun.Table(name: $0) }
        let chosen = run.asked.isEmpty ? all : run.asked
        var known: [SnapshotRun.Table] = []
        for table in chosen {
            guard let name = tables.first(where: { $0.lowercased() == table.name.lowercased() }) else {
                throw Refusal(
                    "the table \(table.name) is not there, or gives no events; there are: "
                        + tables.joined(separator: ", "))
            }
            known.append(SnapshotRun.Table(name: name, condition: table.condition))
        }
        place = SnapshotRun.Place(incarnation: incarnation, tables: known)
        self.run.place = place
    }

    /// The table that is read next; nil where everything was read.
    package var table: SnapshotRun.Table? {
        place.tables.indices.contains(place.table) ? place.tables[place.table] : nil
    }

    /// The key behind which it is read; nil from its beginning.
    ///
    /// - Throws: `Refusal` where what was kept cannot be understood.
    package func after() throws(Refusal) -> [RowValue]? {
        guard let after = place.after else { return nil }
        guard let values = RowKey.values(after) else {
            throw Refusal("the place where it stopped cannot be read any more")
        }
        return values
    }

    /// Leaves a table out that is not there any more.
    package mutating func skipTable() { endTable() }

    /// Takes a page: what its rows become, and what is to be kept with them in the same transaction.
    ///
    /// - Parameter interpreter: with the names as they were when the page was read.
    /// - Throws: `Refusal` where the key of the last row cannot be kept.
    package mutating func take(
        _ page: SnapshotPage, _ interpreter: RowInterpreter, now: Timestamp
    ) throws(Refusal) -> Reading {
        var reading = Reading()
        for row in page.rows {
            let change = RowChange(
                place: RowPlace(position: 0, nonce: 0, milliseconds: now.milliseconds), layout: page.layout,
                kind: .inserted, old: [], new: row.values)
            let key = RowKey.json(row.key)?.text ?? ""
            for (ordinal, event) in interpreter.existing(change).enumerated() {
                reading.events.append(mark(event, "\(page.layout.table) \(key)", ordinal))
            }
        }
        place.rows += Int64(page.rows.count)
        if page.isLast {
            endTable()
        } else {
            guard let last = page.last.flatMap({ RowKey.json($0) }) else {
                throw Refusal("the key of a row of \(page.layout.table) is too large to be kept")
            }
            place.after = last
            run.place = place
        }
        reading.names = table == nil ? SnapshotMemory.end(end(at: now)) : [SnapshotMemory.keep(run)]
        return reading
    }

    /// The run as it is over now.
    ///
    /// - Parameter reason: why it ends early; nil where everything was read.
    package func end(at now: Timestamp, reason: String? = nil) -> SnapshotEnd {
        SnapshotEnd(id: run.id, rows: place.rows, endedAt: now, reason: reason)
    }

    private mutating func endTable() {
        place.table += 1
        place.after = nil
        run.place = place
    }

    private func mark(_ event: CapturedEvent, _ row: String, _ ordinal: Int) -> CapturedEvent {
        var event = event
        event.origin = EventOrigin(snapshot: run.id, row: row, ordinal: ordinal)
        if case .object(var data) = event.data {
            data.append("snapshot", .string(run.id))
            event.data = .object(data)
        }
        return event
    }
}

extension EventType {
    /// The type of the event by which a snapshot tells of what came with an event of this type.
    ///
    /// `customer.created` becomes `customer.existing`; where the last word says more than that something came, it stays:
    /// `service_plan.assigned.existing`.
    package var existing: EventType {
        let words = rawValue.split(separator: ".", omittingEmptySubsequences: false)
        guard words.count > 1, let last = words.last, last == "created" || last == "ordered" else {
            return EventType("\(rawValue).existing")
        }
        return EventType("\(words.dropLast().joined(separator: ".")).existing")
    }
}
