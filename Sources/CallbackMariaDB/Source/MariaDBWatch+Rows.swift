import CallbackCore
import CallbackRows

extension MariaDBWatch {
    func announce(_ event: TableMapEvent) throws {
        var line: Line?
        if let table = shelf.table(of: event) {
            let decoder = try shelf.decoder(of: table, for: event, at: place.done, in: group?.gtid)
            line = Line(table: table, decoder: decoder)
        }
        // Every statement announces its tables: a transaction may have millions of them.
        if let index = announced.lastIndex(where: { $0.id == event.id }) {
            announced[index].line = line
        } else {
            announced.append((event.id, line))
        }
    }

    func take(_ event: RowsEvent, _ header: EventHeader) throws {
        let index = eventsSeen
        eventsSeen += 1
        let line = announced.first(where: { $0.id == event.table })?.line
        if line != nil { lastWatched = index }
        let skipped = index == place.events ? place.rows : 0
        if abandoned?.holds(index, of: group?.gtid) ?? false {
            if let line, index < place.events || skipped > 0 {
                lose(
                    "rows of \(line.table.watch.table) were told that the server never committed",
                    of: line.table.watch.table, at: header.seconds)
            }
            if index < place.events { return }
        } else {
            // Of a transaction that is read again nothing more is taken.
            guard index >= place.events, undone.isEmpty else { return }
            if let line { try take(event, header, of: line, skipping: skipped) }
        }
        place.events = index + 1
        place.rows = 0
    }

    func take(_ event: RowsEvent, _ header: EventHeader, of line: Line, skipping skipped: Int) throws {
        let name = line.table.watch.table
        guard let group, !group.isPreparedXA else {
            lose(
                "rows of \(name) were changed in an XA transaction, which may be committed or not", of: name,
                at: header.seconds)
            return
        }
        guard let decoder = line.decoder else {
            lose(
                "rows of \(name) cannot be named: \(line.table.blindness ?? "its columns are not known")", of: name,
                at: header.seconds)
            return
        }
        guard event.isWhole else {
            lose(
                "rows of \(name) were written without all of their columns: some session sets binlog_row_image",
                of: name, at: header.seconds)
            return
        }
        let kind: RowChange.Kind
        switch event.kind {
        case .insert: kind = .inserted
        case .update: kind = .updated
        case .delete: kind = .deleted
        }
        if !isUnitOpen { beginUnit(of: group) }
        let milliseconds = Int64(header.seconds) * 1000
        do {
            let data = try parser.data(of: event)
            try decoder.rows(of: event, data, skipping: skipped) { number, old, new in
                if reading.events.isEmpty { oldest = timekeeper.monotonic() }
                mark.position += 1
                mark.nonce = place.nonce(row: number)
                let change = RowChange(
                    place: RowPlace(position: mark.position, nonce: mark.nonce, milliseconds: milliseconds),
                    layout: decoder.layout, kind: kind, old: old, new: new)
                for value in old { weight += value.weight }
                for value in new { weight += value.weight }
                if walk != nil, interpreter.changesNames(change) { walk?.add(change) }
                interpreter.take([change], into: &reading)
                lag.note(mark.position, milliseconds)
                place.rows = number + 1
                rowsOfUnit += 1
                if interpreter.isWithinUnit, rowsOfUnit >= Self.largestUnit || weight >= Self.heaviestUnit {
                    interpreter.end(into: &reading)
                    try hand()
                    beginUnit(of: group)
                } else if isFull && !interpreter.isWithinUnit {
                    try hand()
                }
            }
        } catch let damage as EventDamage {
            // The checksum was right: the server wrote it so.
            lose("rows of \(name) cannot be read: \(damage)", of: name, at: header.seconds)
        }
    }

    /// - Parameter table: whose rows were not understood; nil where that may be any.
    func lose(_ words: String, of table: String? = nil, at seconds: UInt32) {
        losses.add(words, at: seconds)
        guard interpreter.keepsNames(of: table) else { return }
        if let group, group.isPreparedXA, let xa = group.xa {
            // It changes them when it is committed.
            if !place.prepared.contains(xa) { place.prepared.append(xa) }
        } else {
            place.areNamesStale = true
        }
    }

    func beginUnit(of group: GTIDEvent) {
        isUnitOpen = true
        rowsOfUnit = 0
        interpreter.begin(operation: group.gtid.description, into: &reading)
    }
}
