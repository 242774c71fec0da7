import CMariaDB
import CallbackCore
import CallbackRows

/// Makes contact with a server: decides from where its binlog is read, and learns what later changes will need.
struct BinlogContact {
    let source: SourceName
    let address: ServerAddress
    let intake: any SourceIntake
    let timekeeper: any Timekeeper
    let inquiry: any SchemaInquiry

    /// Where reading goes on.
    struct Start {
        var mark: Mark
        var place: BinlogPlace
        var interpreter: RowInterpreter
        var shelf: TableShelf
        /// What cannot be seen, in sentences.
        var notes: [String]
    }

    /// - Parameter loss: why reading begins anew, where it does.
    /// - Throws: `MariaDBProblem`, `MariaDBError`, `Renewal`, or what the intake throws.
    func begin(
        on connection: MariaDBConnection,
        interpreter: RowInterpreter,
        loss: Renewal?
    ) throws -> Start {
        let facts = try ServerFacts(connection)
        try expectDatabase(on: connection)
        var interpreter = interpreter
        let shelf = TableShelf(
            interpreter.watches, database: address.database, areNamesFolded: facts.areNamesFolded, inquiry: inquiry)
        let saved = try intake.savedMark(of: source)
        let filter = try BinlogFilter.find(on: connection)
        if let filter, filter.leavesOut(address.database) { throw try refusal(filter, saved) }
        let schemas = try SchemaReader(connection: connection).tables(shelf.names)
        var notes = try notes(on: interpreter.watches, schemas, facts)
        if let filter, !filter.isEmpty { notes.append(filter.note) }
        if let saved, loss == nil, let place = BinlogPlace(saved.names) {
            if place.isLeftOut { throw Renewal.ofLeftOut(address.words, address.database) }
            if let renewal = Self.objection(to: place, facts, address) { throw renewal }
            interpreter.restore(saved.names.filter { !Self.isOurs($0) })
            shelf.restore(saved.names)
            return Start(mark: saved.mark, place: place, interpreter: interpreter, shelf: shelf, notes: notes)
        }
        let change = saved == nil ? nil : Renewal.ofAnotherWay(address.words)
        return try enter(connection, saved, interpreter, shelf, loss ?? change, notes)
    }

    static func isOurs(_ name: NameChange) -> Bool {
        name.table == BinlogPlace.memory || name.table == TableShelf.memory
    }

    /// Remembers that the database was left out: what is changed meanwhile is lost, also where this ends before it is seen
    /// again.
    private func refusal(_ filter: BinlogFilter, _ saved: SavedMark?) throws -> MariaDBProblem {
        if let saved, var place = BinlogPlace(saved.names), !place.isLeftOut {
            place.isLeftOut = true
            try intake.commit(SourceBatch(source: source, mark: saved.mark, names: [place.memory]))
        }
        return .leftOut(server: address.words, database: address.database, filter: filter.words)
    }

    /// Why a place cannot be in this server's binlog; nil where it can.
    static func objection(to place: BinlogPlace, _ facts: ServerFacts, _ address: ServerAddress) -> Renewal? {
        let isKnown = place.done.last.contains { facts.position.covers($0) }
        for gtid in place.done.last + (place.open.map { [$0] } ?? []) where !facts.position.covers(gtid) {
            // An administrator may delete a domain that is in use no more.
            if isKnown, gtid != place.open, facts.position.last(of: gtid.domain) == nil { continue }
            let end = facts.position.isEmpty ? "is empty" : "ends with \(facts.position)"
            return .ofAnotherHistory(address.words, "transaction \(gtid) was read there, and its binlog \(end)")
        }
        return nil
    }

    /// The first contact, or a new one: names and position of one moment.
    private func enter(
        _ connection: MariaDBConnection,
        _ saved: SavedMark?,
        _ interpreter: RowInterpreter,
        _ shelf: TableShelf,
        _ loss: Renewal?,
        _ notes: [String]
    ) throws -> Start {
        var interpreter = interpreter
        // With another isolation, which a server may have as its standard, the names would be later than the position.
        try TablePages.begin(on: connection)
        var known: SnapshotPlace?
        let position = try ServerFacts.snapshotPosition(on: connection, knowing: &known)
        let names = try interpreter.readNames(from: connection)
        let schemas = try SchemaReader(connection: connection).tables(shelf.names)
        // Where something was committed since, it may have been an ALTER: then tables are looked at when they change.
        if position.covers(try ServerFacts.position(on: connection)) { shelf.begin(with: schemas) }
        try TablePages.end(on: connection)
        let mark = Mark(
            incarnation: Incarnation.random(), position: saved?.mark.position ?? 0, nonce: 0, isInstalled: true)
        let place = BinlogPlace(done: position)
        let gap = loss.map { loss in
            Gap(
                reason: loss.reason, message: loss.message, after: saved?.mark.position ?? 0, from: nil,
                until: timekeeper.now())
        }
        try intake.commit(
            SourceBatch(
                source: source, mark: mark, names: names + shelf.takeChanges() + [place.memory], gap: gap,
                replacesNames: true))
        return Start(mark: mark, place: place, interpreter: interpreter, shelf: shelf, notes: notes)
    }

    private func expectDatabase(on connection: MariaDBConnection) throws {
        let name = address.database
        let found = try connection.value(
            "SELECT SCHEMA_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = \(name.sqlText)")
        guard found == nil else { return }
        throw MariaDBProblem(
            MariaDBError(
                code: UInt32(ER_DBACCESS_DENIED_ERROR), message: "no database of this name is seen",
                account: connection.account), at: address)
    }

    /// - Throws: `MariaDBProblem.refusedTable`.
    private func notes(
        on watches: [TableWatch],
        _ schemas: [String: SchemaTable],
        _ facts: ServerFacts
    ) throws -> [String] {
        var notes: [String] = []
        for watch in watches {
            let found = schemas.first { name, _ in
                name == watch.table || facts.areNamesFolded && name.lowercased() == watch.table.lowercased()
            }
            guard let schema = found?.value else {
                notes.append(
                    "the table \(watch.table) does not exist yet, or \(address.user) may not read it: its changes are "
                        + "seen from when it does")
                continue
            }
            if let refusal = watch.refusal(of: schema) { throw refusal }
        }
        return notes
    }
}
