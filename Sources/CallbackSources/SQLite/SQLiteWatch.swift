import CallbackCore
import CallbackRows

/// One life of the connection to a panel's database: reads the log turn by turn and hands over what it means.
///
/// It ends by an error; the source then decides whether to begin another one.
final class SQLiteWatch {
    /// Events of one batch, about: units are never split.
    static let batchSize = 1000
    /// Nanoseconds between two looks at how far the state file is behind.
    private static let lagPause: Int64 = 1_000_000_000

    let source: SourceName
    let connection: SQLiteConnection
    private let file: DatabaseFile
    let intake: any SourceIntake
    let timekeeper: any Timekeeper
    private let mayInstall: Bool
    private let stopSignal: StopSignal
    private(set) var interpreter: RowInterpreter
    private var displaced = DisplacedRows()
    private(set) var mark: Mark
    private var reader: LogReader?
    private var dataVersion: Int64?
    /// The schema that the triggers were last held against.
    private(set) var schemaVersion: Int64?
    /// When the triggers were last seen whole.
    private var intactAt: Timestamp?
    private(set) var notes: [String]
    /// Rows that were read and not understood since the last batch: a gap, never passed over.
    private var unreadable: [RowPlace] = []
    /// Rows and bytes read, from which the log's size is estimated.
    private var rowsRead: Int64 = 0
    private var bytesRead: Int64 = 0
    private var nextLagLook: Int64
    /// The snapshot, where one is asked for.
    var desk: SnapshotDesk
    /// The connection on which a snapshot's pages are read.
    var pages: PageReader?

    /// - Throws: `SourceError`, `SQLiteError`, or what the intake throws.
    init(
        source: SourceName,
        path: String,
        intake: any SourceIntake,
        interpreter: RowInterpreter,
        mayInstall: Bool,
        takeOver: Bool,
        stopSignal: StopSignal,
        timekeeper: any Timekeeper
    ) throws {
        (connection, file) = try DatabaseFile.open(path: path)
        self.source = source
        self.intake = intake
        self.timekeeper = timekeeper
        self.mayInstall = mayInstall
        self.stopSignal = stopSignal
        desk = SnapshotDesk(source: source, intake: intake, timekeeper: timekeeper)
        nextLagLook = timekeeper.monotonic() + Self.lagPause
        var interpreter = interpreter
        let start = try Installation(source: source, connection: connection, timekeeper: timekeeper)
            .begin(with: intake, interpreter: &interpreter, mayInstall: mayInstall, takeOver: takeOver)
        self.interpreter = interpreter
        mark = start.mark
        notes = Self.notes(on: start.survey)
    }

    /// The average size of a row of the log, in bytes.
    var rowBytes: Int64 { rowsRead == 0 ? 256 : bytesRead / rowsRead + 48 }

    /// Looks whether something was committed, and reads it.
    /// - Returns: whether there was anything to read.
    func turn() throws -> Bool {
        guard try DatabaseFile(path: connection.path) == file else { throw Restart() }
        let version = try connection.integer("PRAGMA data_version")
        guard version != dataVersion else { return false }
        try verify()
        let hasRead = try readToHorizon()
        let isTended = try tendTriggers()
        if isTended { dataVersion = version }
        return hasRead
    }

    /// Holds the log against the mark: it must be ours, in the same life, and hold the row that was read last.
    private func verify() throws {
        let contact = Contact.judge(
            mark: mark, log: try Contact.Log(on: connection, mark: mark), stateID: intake.stateID, takeOver: false,
            source: source, path: connection.path)
        switch contact {
        case .resume(mark.position, _, nil): return
        case .refuse(let error): throw error
        // A new life begins with a new contact, which finds the same and raises the gap.
        default: throw Restart()
        }
    }

    private func readToHorizon() throws -> Bool {
        guard let horizon = try LogTable(connection: connection).last() else { return false }
        return try read(to: horizon)
    }

    /// Hands over what the log has up to a place where a transaction ended.
    /// - Returns: whether there was anything.
    func read(to horizon: RowPlace) throws -> Bool {
        guard horizon.position > mark.position else { return false }
        try read(upTo: horizon) { batch in
            try intake.submit(batch)
            // A long log takes longer than a look may be late.
            tellLag()
        }
        return true
    }

    /// Tells the intake about once a second how far it is behind.
    func tellLag() {
        let now = timekeeper.monotonic()
        guard now >= nextLagLook else { return }
        nextLagLook = now + Self.lagPause
        let committed = intake.committedPosition(of: source)
        // Where the log cannot be read now, the next turn finds out why.
        guard let lag = try? LogTable(connection: connection).lag(behind: committed) as SourceLag?? else { return }
        intake.report(lag, of: source)
    }

    /// Reads the rows up to a place where a transaction ended, and hands over each batch of whole units.
    private func read(upTo horizon: RowPlace, _ take: (SourceBatch) throws -> Void) throws {
        let reader = try self.reader ?? LogReader(on: connection)
        self.reader = reader
        var reading = Reading()
        var place = RowPlace(position: mark.position, nonce: mark.nonce, milliseconds: 0)
        while place.position < horizon.position {
            if stopSignal.isRaised { throw CancellationError() }
            let before = place.position
            try patiently {
                try reader.page(after: place.position, upTo: horizon.position) { row in
                    place = row.place
                    if row.layout == nil || row.operation == nil { unreadable.append(row.place) }
                    rowsRead += 1
                    for value in row.values { bytesRead += Int64(value.weight) }
                    interpreter.take(displaced.take(row), into: &reading)
                }
            }
            // The last row of the horizon was deleted under us: the next turn finds out why.
            if place.position == before { break }
            let isWhole = !displaced.isWaiting && !interpreter.isWithinUnit
            if isWhole && place.position < horizon.position && reading.events.count >= Self.batchSize {
                try hand(&reading, at: place, take)
            }
        }
        displaced.reachHorizon()
        interpreter.reachHorizon(into: &reading)
        try hand(&reading, at: place, take)
    }

    private func hand(_ reading: inout Reading, at place: RowPlace, _ take: (SourceBatch) throws -> Void) throws {
        mark.position = place.position
        mark.nonce = place.nonce
        let gap = unreadable.first.map { first in
            Gap(
                reason: .unreadable,
                message: "\(unreadable.count) rows of the change log, from position \(first.position), are not as "
                    + "callbackd writes them: what they meant is not known",
                after: first.position - 1, from: Timestamp(milliseconds: first.milliseconds),
                until: timekeeper.now())
        }
        try take(SourceBatch(source: source, events: reading.events, mark: mark, names: reading.names, gap: gap))
        unreadable = []
        reading = Reading()
    }

    /// Tries again while the panel holds its lock: what was taken of a page so far stays taken.
    private func patiently(_ body: () throws -> Void) throws {
        var tries = 0
        while true {
            do {
                return try body()
            } catch let error as SQLiteError where error.isBusy {
                tries += 1
                // Half a unit is in memory: only a new contact, from the mark, can begin it again.
                if tries > 400 || stopSignal.wait(milliseconds: 5) { throw Restart() }
            }
        }
    }

    /// Compares schema and triggers where the schema moved, and mends them.
    /// - Returns: false where the panel was writing just then: the next turn tries again.
    private func tendTriggers() throws -> Bool {
        let version = try connection.integer("PRAGMA schema_version")
        if version == schemaVersion {
            intactAt = timekeeper.now()
            return true
        }
        reader = nil
        let survey = try Survey(interpreter.watches, on: connection)
        notes = Self.notes(on: survey)
        if try TriggerSet(connection: connection, tables: survey.tables).condition() != .intact {
            guard mayInstall else {
                throw SourceError.notInstalled(source: source.rawValue, path: connection.path)
            }
            // The schema that was mended is looked at again in the next turn: somebody may have changed it since.
            _ = try mendAlone()
            return false
        }
        schemaVersion = version
        intactAt = timekeeper.now()
        return true
    }

    private func mendAlone() throws -> Bool {
        connection.setPatience(milliseconds: 100)
        defer { connection.setPatience(milliseconds: 0) }
        do {
            try connection.execute("BEGIN IMMEDIATE")
        } catch {
            guard error.isBusy else { throw error }
            return false
        }
        do {
            try mend()
            try connection.execute("COMMIT")
        } catch {
            connection.rollBack()
            // The mark in memory may be ahead of what is on disk: begin again from there.
            if error is SQLiteError { throw Restart() }
            throw error
        }
        reader = nil
        return true
    }

    /// Inside the write transaction: reads what came in between, installs, and lets the state file know of a gap
    /// before the commit, so that no crash hides it.
    private func mend() throws {
        var batch = SourceBatch(source: source, mark: mark)
        if let horizon = try LogTable(connection: connection).last(), horizon.position > mark.position {
            try read(upTo: horizon) { part in
                batch.events += part.events
                batch.mark = part.mark
                batch.gap = part.gap
            }
        }
        let survey = try Survey(interpreter.watches, on: connection)
        let triggers = TriggerSet(connection: connection, tables: survey.tables)
        if case .torn(let tables) = try triggers.condition() {
            let place = try LogTable(connection: connection).row(at: mark.position)
            let removed = try LogOwner.read(on: connection)?.removedAt.map { Timestamp(milliseconds: $0) }
            let known = intactAt ?? removed ?? place.map { Timestamp(milliseconds: $0.milliseconds) }
            batch.gap = Gap(
                reason: .triggersMissing,
                message: "the triggers of \(tables.joined(separator: ", ")) were gone: "
                    + "what changed there until they were back is not known",
                after: mark.position, from: known, until: timekeeper.now())
        }
        try triggers.install()
        if var owner = try LogOwner.read(on: connection), owner.removedAt != nil {
            owner.removedAt = nil
            try owner.write(on: connection, at: timekeeper.now().milliseconds)
        }
        batch.names = try interpreter.readNames(from: connection)
        batch.replacesNames = true
        try intake.commit(batch)
    }

    static func notes(on survey: Survey) -> [String] {
        survey.missing.map { "the table \($0) does not exist yet: its changes are seen from when it does" }
            + survey.warnings
    }
}

/// The log is not the one that was read: contact must be made anew.
struct Restart: Error {}
