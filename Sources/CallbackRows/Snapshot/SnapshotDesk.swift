package import CallbackCore

/// Keeps the snapshot of one life of a source: learns what is asked for, hands pages over, and ends.
package struct SnapshotDesk {
    private let source: SourceName
    private let intake: any SourceIntake
    private let timekeeper: any Timekeeper
    private var hasAsked = false
    /// What is under way; nil where nothing is, or it is not known yet.
    package private(set) var reading: SnapshotReading?

    package init(source: SourceName, intake: any SourceIntake, timekeeper: any Timekeeper) {
        self.source = source
        self.intake = intake
        self.timekeeper = timekeeper
    }

    /// Asks the state file at the beginning of a life, and where an operator asked for something since.
    /// - Parameters:
    ///   - isConfigured: whether the configuration asks for a snapshot, which is read once.
    ///   - tables: the tables that are there and give events for rows that exist.
    package mutating func learn(_ mark: Mark, isConfigured: Bool, tables: () throws -> [String]) throws {
        let isAsked = intake.takeRequest(of: source)
        guard isAsked || !hasAsked else { return }
        let memory = SnapshotMemory(try intake.remembered(in: SnapshotMemory.table, by: source))
        var run = memory.run
        if run == nil, isConfigured, !memory.hasBegunConfigured {
            let fresh = SnapshotRun(asked: [], askedAt: timekeeper.now())
            try intake.submit(
                SourceBatch(source: source, mark: mark, names: SnapshotMemory.begin(fresh, isConfigured: true)))
            run = fresh
        }
        hasAsked = true
        guard let run else { return forget() }
        do {
            let reading = try SnapshotReading(run, tables: tables(), incarnation: mark.incarnation)
            if memory.isStopping {
                return try finish(mark, reading.end(at: timekeeper.now(), reason: "stopped by an operator"))
            }
            self.reading = reading
            intake.report(snapshot: reading.run, of: source)
        } catch let error as SnapshotReading.Refusal {
            try finish(
                mark, SnapshotEnd(id: run.id, rows: 0, endedAt: timekeeper.now(), reason: error.description))
        }
    }

    /// Hands a page over with how far the run has come: one transaction.
    package mutating func take(_ page: SnapshotPage, _ interpreter: RowInterpreter, _ mark: Mark) throws {
        guard var reading else { return }
        do {
            let content = try reading.take(page, interpreter, now: timekeeper.now())
            try keep(reading, mark, content)
        } catch let error as SnapshotReading.Refusal {
            try refuse(error, mark)
        }
    }

    /// Leaves the present table out: it is not there any more.
    package mutating func skip(_ mark: Mark) throws {
        guard var reading else { return }
        reading.skipTable()
        try keep(reading, mark, Reading())
    }

    /// Ends the run: everything was read.
    package mutating func end(_ mark: Mark) throws {
        if let reading { try finish(mark, reading.end(at: timekeeper.now())) }
    }

    /// Ends the run: it cannot go on.
    package mutating func refuse(_ refusal: SnapshotReading.Refusal, _ mark: Mark) throws {
        if let reading {
            try finish(mark, reading.end(at: timekeeper.now(), reason: refusal.description))
        }
    }

    private mutating func keep(_ reading: SnapshotReading, _ mark: Mark, _ content: Reading) throws {
        let names = content.names.isEmpty ? [SnapshotMemory.keep(reading.run)] : content.names
        try intake.submit(SourceBatch(source: source, events: content.events, mark: mark, names: names))
        self.reading = reading
        intake.report(snapshot: reading.run, of: source)
        if reading.table == nil { forget() }
    }

    private mutating func finish(_ mark: Mark, _ end: SnapshotEnd) throws {
        try intake.submit(SourceBatch(source: source, mark: mark, names: SnapshotMemory.end(end)))
        forget()
    }

    private mutating func forget() {
        reading = nil
        intake.report(snapshot: nil, of: source)
    }
}
