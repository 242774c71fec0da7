import CallbackCore
import CallbackRows

/// A page that was read, and the place in the binlog that it belongs to.
struct PageInWaiting {
    var page: SnapshotPage
    /// The run that it was read for: it is none of another one's.
    var run: String
    /// The last transactions that it shows: all of them must be told before it.
    var position: GTIDPosition
}

extension MariaDBWatch {
    /// Between two transactions: hands over the page whose place has come, and reads further ones while nothing else
    /// waits.
    ///
    /// A page belongs to the place that the server names for the moment at which it was read. The stream goes on to
    /// that place first, so nothing is told in an older state after a newer one.
    func tendSnapshot() throws {
        try desk.learn(mark, isConfigured: readsExisting) {
            let present = try SchemaReader(connection: try pageConnection()).tables(interpreter.existingTables)
            return interpreter.existingTables.filter { present[$0] != nil }
        }
        while let reading = desk.reading {
            do {
                guard let table = reading.table else { return try desk.end(mark) }
                guard let watch = interpreter.watches.first(where: { $0.table == table.name }) else {
                    try desk.skip(mark)
                    continue
                }
                if waiting?.run != reading.run.id { waiting = nil }
                let waiting = try self.waiting ?? readPage(of: watch, table, for: reading)
                guard let waiting else {
                    try desk.skip(mark)
                    continue
                }
                self.waiting = waiting
                guard place.done.covers(waiting.position) else { return }
                // A transaction comes through the binlog a moment before tables show it, with semi-synchronous replicas
                // seconds before: such a page is older than what was told.
                guard waiting.position.isAtLeast(place.done) else {
                    self.waiting = nil
                    return
                }
                try hand()
                try desk.take(waiting.page, interpreter, mark)
                self.waiting = nil
            } catch let refusal as SnapshotReading.Refusal {
                waiting = nil
                try desk.refuse(refusal, mark)
            }
            if stream.hasMore { return }
        }
        pages = nil
        pagePlace = nil
        waiting = nil
    }

    private func readPage(
        of watch: TableWatch, _ table: SnapshotRun.Table, for reading: SnapshotReading
    ) throws -> PageInWaiting? {
        let after = try reading.after()
        let connection = try pageConnection()
        try TablePages.begin(on: connection)
        defer { connection.rollBack() }
        let position = try ServerFacts.snapshotPosition(on: connection, knowing: &pagePlace)
        let page = try TablePages(connection: connection, watch: watch).page(where: table.condition, after: after)
        return page.map { PageInWaiting(page: $0, run: reading.run.id, position: position) }
    }

    private func pageConnection() throws -> MariaDBConnection {
        if let pages { return pages }
        let fresh = try connect()
        try fresh.query("SET time_zone = '+00:00'")
        pages = fresh
        return fresh
    }
}
