import CallbackCore
import CallbackRows

extension ChangeTableWatch {
    /// Reads one more page of a snapshot where one is asked for.
    ///
    /// The page and the log are read at the same moment. What the log held goes first, then the page.
    /// - Returns: whether there was a page, and so may be another one.
    func readPage() throws -> Bool {
        try desk.learn(mark, isConfigured: readsExisting) {
            let present = try SchemaReader(connection: connection).tables(interpreter.existingTables)
            return interpreter.existingTables.filter { present[$0] != nil }
        }
        guard let reading = desk.reading else { return false }
        guard let table = reading.table else {
            try desk.end(mark)
            return false
        }
        guard let watch = interpreter.watches.first(where: { $0.table == table.name }) else {
            try desk.skip(mark)
            return true
        }
        do {
            try TablePages.begin(on: connection)
            let page = try TablePages(connection: connection, watch: watch)
                .page(where: table.condition, after: try reading.after())
            // After the page, which may be refused: what was taken of the log must be saved.
            let waiting = try readLog()
            try TablePages.end(on: connection)
            try save(waiting)
            // More than one batch waited: the page is older than what comes next.
            guard waiting.isAll else { return true }
            guard let page else {
                try desk.skip(mark)
                return true
            }
            try desk.take(page, interpreter, mark)
        } catch let refusal as SnapshotReading.Refusal {
            connection.rollBack()
            try desk.refuse(refusal, mark)
        }
        return true
    }
}
