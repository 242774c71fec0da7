extension MariaDBWatch {
    func take(_ query: QueryEvent, _ header: EventHeader) throws {
        guard !query.isBoundary else {
            if query.isExactly("ROLLBACK") { undo(from: 0) }
            switch savepoints.take(query, at: eventsSeen) {
            case .nothing: break
            case .rolledBack(let first): undo(from: first)
            }
            if query.endsGroup { try endGroup() }
            return
        }
        // Rows between the beginning of an ALTER and its end have the columns of before.
        if !(group?.leavesTable ?? false), shelf.concerns(query) { look(at: query, header) }
        if group?.isStandalone ?? true { try endGroup() }
    }

    /// The transaction takes back what it wrote from an event on. The log keeps such rows where a table without
    /// transactions was written among them.
    func undo(from first: Int) {
        guard let group, let lastWatched, lastWatched >= first, abandoned?.gtid != group.gtid else { return }
        undone.append(first..<eventsSeen)
    }

    func look(at query: QueryEvent, _ header: EventHeader) {
        let words = StatementWords(query.statement)
        switch words.kind {
        case .rows:
            let tables = shelf.tables(in: query)
            for table in tables {
                lose(
                    "rows of \(table) were changed by a statement that stands in the binlog as text: some session sets "
                        + "binlog_format", of: table, at: header.seconds)
            }
            if tables.isEmpty { loseAny(at: header.seconds) }
        case .fillsTable:
            let tables = shelf.tables(in: query)
            for table in tables {
                lose(
                    "rows of \(table) were written, or used, by a statement that creates a table and stands in the binlog as "
                        + "text: some session sets binlog_format", of: table, at: header.seconds)
            }
            if tables.isEmpty { loseAny(at: header.seconds) }
            shelf.forgetTables(in: query)
        case .emptiesTable:
            for table in shelf.tables(in: query) {
                lose("\(table) was emptied or dropped: its rows go without events", of: table, at: header.seconds)
            }
            shelf.forgetTables(in: query)
        case .replacesTable:
            for table in shelf.tables(in: query) {
                lose(
                    "\(table) was renamed, or another table took its place: its rows changed without events", of: table,
                    at: header.seconds)
            }
            shelf.forgetTables(in: query)
        case .dropsDatabase:
            guard shelf.namesDatabase(query) else { break }
            lose("the database was dropped: its rows go without events", at: header.seconds)
            shelf.forgetAll()
        case .schema: shelf.forgetTables(in: query)
        case .harmless: break
        }
    }

    func loseAny(at seconds: UInt32) {
        lose(
            "a statement stands in the binlog as text, which may change watched tables by a view, a trigger or a function: "
                + "some session sets binlog_format", at: seconds)
    }
}
