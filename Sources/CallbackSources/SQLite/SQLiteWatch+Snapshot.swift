import CallbackCore
import CallbackRows

extension SQLiteWatch {
    /// Reads one more page of a snapshot where one is asked for.
    ///
    /// The page and the log's last place are read at the same moment; the log up to that place goes first.
    ///
    /// - Parameter isConfigured: whether the configuration asks for one, which is read once.
    /// - Returns: whether there was a page, and so may be another one.
    func readPage(isConfigured: Bool) throws -> Bool {
        try desk.learn(mark, isConfigured: isConfigured) {
            try interpreter.existingTables.filter { try probed($0) != nil }
        }
        guard let reading = desk.reading else {
            pages = nil
            return false
        }
        guard let table = reading.table else {
            try desk.end(mark)
            return false
        }
        // Without triggers that are known to be whole, a change behind the page could be missed.
        guard let schema = schemaVersion else { return false }
        do {
            let pages = try self.pages ?? PageReader(path: connection.path)
            self.pages = pages
            guard let probed = try probed(table.name) else {
                try desk.skip(mark)
                return true
            }
            let found = try pages.page(
                of: probed, where: table.condition, after: try reading.after(), schema: schema)
            // The tables changed: the next turn looks at the triggers first.
            guard let found else { return true }
            if let horizon = found.horizon {
                _ = try read(to: horizon)
                // The log's last row was deleted under us: contact must be made anew.
                guard mark.position >= horizon.position else { throw Restart() }
            }
            try desk.take(found.page, interpreter, mark)
        } catch let refusal as SnapshotReading.Refusal {
            try desk.refuse(refusal, mark)
        }
        return true
    }

    private func probed(_ name: String) throws -> ProbedTable? {
        guard let watch = interpreter.watches.first(where: { $0.table.lowercased() == name.lowercased() }),
            case .found(let table) = try TableProbe(connection: connection).look(at: watch)
        else { return nil }
        return table
    }
}
