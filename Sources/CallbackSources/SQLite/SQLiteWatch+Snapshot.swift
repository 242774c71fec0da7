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
        try learnOfSnapshot(isConfigured: isConfigured)
        guard var reading = snapshot else { return false }
        guard let table = reading.table else {
            try finish(reading.end(at: timekeeper.now()))
            return false
        }
        // Without triggers that are known to be whole, a change behind the page could be missed.
        guard let schema = schemaVersion else { return false }
        do {
            let pages = try self.pages ?? PageReader(path: connection.path)
            self.pages = pages
            guard let probed = try probed(table.name) else {
                reading.skipTable()
                try keep(reading, Reading())
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
            let page = try reading.take(found.page, interpreter, now: timekeeper.now())
            try keep(reading, page)
        } catch let error as SnapshotReading.Refusal {
            try finish(reading.end(at: timekeeper.now(), reason: error.description))
        }
        return true
    }

    /// Hands over a page with how far the run has come: one transaction.
    private func keep(_ reading: SnapshotReading, _ page: Reading) throws {
        var names = page.names
        if names.isEmpty { names = [SnapshotMemory.keep(reading.run)] }
        try intake.submit(SourceBatch(source: source, events: page.events, mark: mark, names: names))
        snapshot = reading
        intake.report(snapshot: reading.run, of: source)
        if reading.table == nil { forget() }
    }

    private func finish(_ end: SnapshotEnd) throws {
        try intake.submit(SourceBatch(source: source, mark: mark, names: SnapshotMemory.end(end)))
        forget()
    }

    private func forget() {
        snapshot = nil
        pages = nil
        intake.report(snapshot: nil, of: source)
    }

    private func probed(_ name: String) throws -> ProbedTable? {
        guard let watch = interpreter.watches.first(where: { $0.table.lowercased() == name.lowercased() }),
            case .found(let table) = try TableProbe(connection: connection).look(at: watch)
        else { return nil }
        return table
    }

    /// Asks the state file at the beginning of a life, and where an operator asked for something since.
    private func learnOfSnapshot(isConfigured: Bool) throws {
        let isAsked = intake.takeRequest(of: source)
        guard isAsked || !hasAskedForSnapshot else { return }
        let memory = SnapshotMemory(try intake.remembered(in: SnapshotMemory.table, by: source))
        var run = memory.run
        if run == nil, isConfigured, !memory.hasBegunConfigured {
            let fresh = SnapshotRun(asked: [], askedAt: timekeeper.now())
            try intake.submit(
                SourceBatch(source: source, mark: mark, names: SnapshotMemory.begin(fresh, isConfigured: true)))
            run = fresh
        }
        hasAskedForSnapshot = true
        guard let run else { return forget() }
        do {
            let present = try interpreter.existingTables.filter { try probed($0) != nil }
            let reading = try SnapshotReading(run, tables: present, incarnation: mark.incarnation)
            if memory.isStopping {
                return try finish(reading.end(at: timekeeper.now(), reason: "stopped by an operator"))
            }
            snapshot = reading
            intake.report(snapshot: reading.run, of: source)
        } catch let error as SnapshotReading.Refusal {
            try finish(SnapshotEnd(id: run.id, rows: 0, endedAt: timekeeper.now(), reason: error.description))
        }
    }
}
