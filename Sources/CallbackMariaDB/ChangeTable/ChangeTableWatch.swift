import CallbackCore
import CallbackRows

/// One life of the connection to a server whose changes are recorded by triggers: reads the log, saves what it means,
/// and deletes exactly what was saved.
///
/// A number above the last one that was seen says nothing: of two transactions the one with the lower numbers may
/// commit later. So whatever stands in the log is read, whatever its number.
final class ChangeTableWatch {
    /// Rows of one batch, and the bytes of their values.
    static let batchSize = 1000
    static let heaviestBatch = 8 << 20
    /// Nanoseconds between two looks at tables and triggers.
    private static let lookPause: Int64 = 5_000_000_000
    /// Nanoseconds between two readings of all names.
    private static let namesPause: Int64 = 60_000_000_000

    private let source: SourceName
    let connection: MariaDBConnection
    private let intake: any SourceIntake
    private let timekeeper: any Timekeeper
    private(set) var interpreter: RowInterpreter
    private(set) var mark: Mark
    private var reader: ChangeLogReader
    /// Who reads here, as the log names it.
    private let owner: String
    private var nextLook: Int64
    private var losses = Losses()
    /// Whether something may have got another name that nobody told of.
    private var areNamesStale = false
    private var nextNames: Int64 = 0
    private var torn: Set<String> = []
    /// The snapshot, where one is asked for.
    var desk: SnapshotDesk
    /// Whether the configuration asks for one.
    let readsExisting: Bool
    /// What an operator should know, in sentences.
    private(set) var notes: [String] = []

    /// Makes contact: rows that are on disk already are deleted, and names are read where none are known.
    /// - Throws: `MariaDBProblem`, `MariaDBError`, or what the intake throws.
    init(
        source: SourceName,
        connection: MariaDBConnection,
        interpreter: RowInterpreter,
        intake: any SourceIntake,
        timekeeper: any Timekeeper,
        readsExisting: Bool
    ) throws {
        self.source = source
        self.connection = connection
        self.interpreter = interpreter
        self.intake = intake
        self.timekeeper = timekeeper
        desk = SnapshotDesk(source: source, intake: intake, timekeeper: timekeeper)
        self.readsExisting = readsExisting
        try connection.query("SET time_zone = '+00:00'")
        // A server that writes statements into its binlog refuses rows that are deleted under the gentler one.
        if try connection.value("SELECT @@log_bin AND @@binlog_format = 'STATEMENT'") != "1" {
            try connection.query("SET tx_isolation = 'READ-COMMITTED'")
        }
        let state = try ChangeLogState(of: interpreter.watches, on: connection)
        guard state.isInstalled else {
            throw MariaDBProblem.notInstalled(source: source.rawValue, server: connection.address.words)
        }
        if let refusal = state.refusal { throw refusal }
        guard !state.isBlind else { throw MariaDBProblem.noTrigger(on: connection) }
        let log = try ChangeLogOwner.read(on: connection, source: source)
        owner = ChangeLogOwner.name(of: source, intake.stateID)
        try log.claim(for: intake.stateID, on: connection, source: source, takeOver: false)
        reader = try ChangeLogReader(for: owner, on: connection)
        nextLook = timekeeper.monotonic()
        let saved = try intake.savedMark(of: source)
        // Also where the log is another one: the nonces tell.
        if let saved { try ChangeLogPlaces(saved.names).delete(on: connection) }
        if let saved, saved.mark.incarnation == log.incarnation {
            mark = saved.mark
            self.interpreter.restore(saved.names.filter { $0.table != ChangeLogPlaces.memory })
            areNamesStale = ChangeLogPlaces.areNamesStale(saved.names)
        } else {
            mark = Mark(
                incarnation: log.incarnation, position: saved?.mark.position ?? 0, nonce: 0, isInstalled: true)
            try enter(after: saved)
        }
    }

    /// The first contact, or that with a log which was begun anew: the names are those before the first row of the log.
    private func enter(after saved: SavedMark?) throws {
        try readNames()
        let gap = saved.map { saved in
            Gap(
                reason: .replaced,
                message: "the change log at \(connection.address.words) was begun anew: what changed between the last "
                    + "row of the old one and its installation is not known",
                after: saved.mark.position, from: nil, until: timekeeper.now())
        }
        try intake.commit(
            SourceBatch(
                source: source, mark: mark, names: interpreter.knownNames, gap: gap, replacesNames: true))
    }

    /// Reads the names as they were before the first row of the log.
    private func readNames() throws {
        try connection.query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        try connection.query("START TRANSACTION WITH CONSISTENT SNAPSHOT")
        _ = try interpreter.readNames(from: connection)
        try reader.rowsFromTheEnd(on: connection) { row in
            if let change = row.change { interpreter.undo(change) }
        }
        try connection.query("COMMIT")
    }

    private var mayReadNames: Bool { timekeeper.monotonic() >= nextNames }

    /// What was not recorded may have been a name.
    private func renewNames() throws {
        areNamesStale = false
        nextNames = timekeeper.monotonic() + Self.namesPause
        try readNames()
        try intake.commit(
            SourceBatch(source: source, mark: mark, names: interpreter.knownNames, replacesNames: true))
    }

    /// Rows of the log as they were read, before they are on disk.
    struct Part {
        var reading = Reading()
        var places = ChangeLogPlaces()
        /// Whether the log held no more.
        var isAll = true
    }

    /// Reads what stands in the log.
    /// - Returns: whether there was anything.
    func turn() throws -> Bool {
        if timekeeper.monotonic() >= nextLook { try look() }
        if areNamesStale, mayReadNames { try renewNames() }
        let part = try readLog()
        guard !part.places.isEmpty || !losses.isEmpty else {
            intake.report(nil, of: source)
            return false
        }
        try save(part)
        return true
    }

    /// Reads the first rows of the log, as many as a batch may hold.
    func readLog() throws -> Part {
        let page = try reader.page(of: Self.batchSize, bytes: Self.heaviestBatch, on: connection)
        if page.hasNewLayout { reader = try ChangeLogReader(for: owner, on: connection) }
        var part = Part(isAll: page.isAll)
        guard !page.numbers.isEmpty else { return part }
        let mayReadNames = mayReadNames
        try reader.rows(of: page, on: connection) { row in
            // What follows a loss is told with names that are read anew.
            guard !(areNamesStale && mayReadNames) else {
                part.isAll = false
                return
            }
            part.places.append(row.seq, row.nonce)
            mark.position += 1
            mark.nonce = row.nonce
            if let change = row.change {
                interpreter.take([change], into: &part.reading)
            } else {
                losses.add(row.loss, at: UInt32(clamping: row.milliseconds / 1000))
                areNamesStale = true
            }
        }
        interpreter.reachHorizon(into: &part.reading)
        return part
    }

    /// Makes rows durable, and deletes exactly these.
    func save(_ part: Part) throws {
        guard !part.places.isEmpty || !losses.isEmpty else { return }
        try intake.commit(
            SourceBatch(
                source: source, events: part.reading.events, mark: mark,
                names: part.reading.names + [part.places.name]
                    + (areNamesStale ? [ChangeLogPlaces.staleNames] : []),
                gap: losses.gap(after: mark.position, now: timekeeper.now())))
        losses = Losses()
        try part.places.delete(on: connection)
    }

    /// Compares tables and triggers with what was installed. Only an administrator can mend them.
    private func look() throws {
        nextLook = timekeeper.monotonic() + Self.lookPause
        let state = try ChangeLogState(of: interpreter.watches, on: connection)
        let log = try ChangeLogOwner.read(on: connection, source: source)
        guard state.isInstalled, log.incarnation == mark.incarnation else { throw Restart() }
        guard log.owner == owner else {
            throw MariaDBProblem.ownedByOther(source: source.rawValue, server: connection.address.words)
        }
        guard !state.isBlind else { throw MariaDBProblem.noTrigger(on: connection) }
        reader = try ChangeLogReader(for: owner, on: connection)
        let now = UInt32(clamping: timekeeper.now().milliseconds / 1000)
        for table in Set(state.torn).subtracting(torn).sorted() {
            losses.add("the triggers of \(table) are gone: its changes are not recorded", at: now)
        }
        torn = Set(state.torn)
        notes = state.missing.map {
            "the table \($0) does not exist yet, or \(connection.address.user) may not read it"
        }
        if let hazard = state.hazard { notes.append(hazard.description) }
        if !state.isIntact {
            notes.append(
                "tables or triggers changed since the installation: run `callbackd source install \(source)` again")
        }
    }

    /// The log is not the one that was read: contact must be made anew.
    struct Restart: Error {}
}
