import CMariaDB
import CallbackCore
import CallbackRows

/// One life of the stream from a server: reads the binlog event by event and hands over what it means.
///
/// It ends by an error; the source then decides whether to begin another one.
final class MariaDBWatch {
    /// Events of one batch, about: what belongs together is never split.
    static let batchSize = 1000
    /// A batch is also handed over when its values weigh more than this, in bytes.
    static let heaviestBatch = 8 << 20
    /// Rows of one transaction that a profile may keep together at most, and what they may weigh in bytes: beyond, the
    /// transaction is told in parts, as no memory holds every transaction.
    static let largestUnit = 10_000
    static let heaviestUnit = 32 << 20
    /// Nanoseconds for which events wait for company at most.
    private static let patience: Int64 = 5_000_000
    /// Nanoseconds after which a place is saved although nothing was seen there.
    private static let savePause: Int64 = 5_000_000_000

    let source: SourceName
    let stream: BinlogStream
    let intake: any SourceIntake
    let timekeeper: any Timekeeper
    var parser = EventParser()
    let shelf: TableShelf
    var interpreter: RowInterpreter
    var mark: Mark
    var lag: LagTrail

    /// What is read and will be saved with the next batch.
    var place: BinlogPlace
    var reading = Reading()
    var weight = 0
    var losses = Losses()
    /// When the first event of the batch was read.
    var oldest: Int64 = 0
    private var lastSave: Int64
    var savedPlace: BinlogPlace

    // Where the stream is.
    private(set) var group: GTIDEvent?
    /// The tables that the statements of the transaction announced, each once.
    var announced: [(id: UInt64, line: Line?)] = []
    /// Events with rows in the transaction so far.
    var eventsSeen = 0
    /// The last of them whose table is watched.
    var lastWatched: Int?
    var savepoints = Savepoints()
    /// Those that the transaction itself has rolled back.
    var undone: [Range<Int>] = []
    /// Whether the profile knows that a transaction has begun.
    var isUnitOpen = false
    /// Rows that it was given since.
    var rowsOfUnit = 0
    /// The transaction that was read in part before, and comes again.
    private var expected: GTID?
    /// What was never committed, found in an earlier life: it is passed over.
    var abandoned: AbandonedRows?
    private var file = ""
    /// Whether it is another one than that in which the place was.
    private var isNextFile = false

    private var standstill: StandstillWatch

    // The snapshot, where one is asked for.
    var desk: SnapshotDesk
    /// Whether the configuration asks for one.
    let readsExisting: Bool
    /// A page whose place in the binlog was not reached yet.
    var waiting: PageInWaiting?
    /// The connection on which pages are read.
    var pages: MariaDBConnection?
    /// The place of the last page.
    var pagePlace: SnapshotPlace?
    let connect: () throws -> MariaDBConnection

    /// When names may be read anew.
    var nextNames: Int64 = 0
    /// Changes of names on the way ahead, where this is a life that only looks.
    var walk: NamesWalk?
    /// Opens a further stream behind a place.
    let lookAhead: (GTIDPosition) throws -> BinlogStream

    /// A watched table, and how the rows that were announced for it are read.
    struct Line {
        var table: WatchedTable
        var decoder: RowDecoder?
    }

    /// - Parameters:
    ///   - readsExisting: whether the configuration asks for a snapshot.
    ///   - connect: makes a further connection, for its pages.
    ///   - lookAhead: opens a further stream behind a place.
    init(
        _ start: BinlogContact.Start,
        of source: SourceName,
        stream: BinlogStream,
        abandoned: AbandonedRows?,
        intake: any SourceIntake,
        timekeeper: any Timekeeper,
        readsExisting: Bool,
        connect: @escaping () throws -> MariaDBConnection,
        lookAhead: @escaping (GTIDPosition) throws -> BinlogStream
    ) {
        // Where it lies behind already, one of the same name is another one.
        self.abandoned = abandoned.flatMap { start.place.done.covers($0.gtid) ? nil : $0 }
        self.source = source
        self.stream = stream
        self.intake = intake
        self.timekeeper = timekeeper
        shelf = start.shelf
        interpreter = start.interpreter
        mark = start.mark
        place = start.place
        savedPlace = start.place
        expected = start.place.open
        lastSave = timekeeper.monotonic()
        standstill = StandstillWatch(from: lastSave)
        lag = LagTrail(source: source, intake: intake, timekeeper: timekeeper)
        desk = SnapshotDesk(source: source, intake: intake, timekeeper: timekeeper)
        self.readsExisting = readsExisting
        self.connect = connect
        self.lookAhead = lookAhead
    }

    private var server: String { stream.connection.address.words }

    /// Reads until an error ends it.
    /// - Parameter onBegin: called when the server has begun to send.
    func run(onBegin: () -> Void) throws {
        var hasBegun = false
        while true {
            let event = try step()
            if !hasBegun, case .formatDescription = event {
                hasBegun = true
                onBegin()
            }
            if group == nil {
                try tendNames()
                try tendSnapshot()
            }
            lag.tell(mark)
        }
    }

    /// Takes the next event.
    @discardableResult
    func step() throws -> BinlogEvent {
        let (header, event) = try parser.parse(try stream.next())
        try take(event, header)
        return event
    }

    private func take(_ event: BinlogEvent, _ header: EventHeader) throws {
        if case .heartbeat = event {} else { standstill.eventsRead += 1 }
        switch event {
        case .rows(let rows): try take(rows, header)
        case .tableMap(let map): try announce(map)
        case .gtid(let event): try begin(event)
        case .gtidList(let earlier): try begin(after: earlier)
        case .commit: try endGroup()
        case .query(let query): try take(query, header)
        case .xaPrepare: try endGroup()
        case .heartbeat: try rest()
        case .rotate(let name): file = name
        case .formatDescription(let format): try begin(format, header)
        case .incident:
            lose("the server wrote an incident into its binlog: changes are missing there", at: header.seconds)
        case .unknown(let code):
            lose(
                "the binlog holds an event that this version does not know (\(code)): what it changes is not told",
                at: header.seconds)
        case .other: break
        }
    }

    // MARK: Files and transactions

    private func begin(_ format: FormatDescription, _ header: EventHeader) throws {
        try abandonGroup()
        // Numbers of tables begin anew with the server.
        announced.removeAll(keepingCapacity: true)
        guard format.created != 0 else { return }
        if !place.file.isEmpty, !BinlogPlace.mayFollow(file, on: place.file) {
            throw Renewal.ofAnotherHistory(server, "its binlog is \(file), and was \(place.file)")
        }
        isNextFile = !place.file.isEmpty && place.file != file
        if place.file == file, place.created != format.created, place.created != 0 {
            throw Renewal.ofAnotherHistory(server, "its binlog \(file) was begun at another time than when it was read")
        }
        place.file = file
        place.created = format.created
    }

    /// A machine that lost its power may have lost the end of a file. Its transactions were told, and their names come
    /// again in the next file for others, which the server would pass over as read already.
    private func begin(after earlier: GTIDPosition) throws {
        guard isNextFile, !earlier.isAtLeast(place.done) else { return }
        throw Renewal.ofAnotherHistory(
            server, "transaction \(place.done) was read before its binlog \(file), which begins after \(earlier)")
    }

    private func begin(_ event: GTIDEvent) throws {
        try abandonGroup()
        group = event
        eventsSeen = 0
        lastWatched = nil
        savepoints.removeAll()
        announced.removeAll(keepingCapacity: true)
        if let expected {
            guard event.gtid == expected else {
                throw Renewal.ofAnotherHistory(
                    server, "transaction \(expected) was read in part, and \(event.gtid) stands in its place")
            }
            self.expected = nil
        } else {
            place.begin(event.gtid)
        }
    }

    /// Leaves a transaction that has no end: the server died while writing it, and never committed it.
    private func abandonGroup() throws {
        guard let group else { return }
        // The profile has taken its rows in already: only a new life, which passes them over, is free of them.
        if isUnitOpen { throw AbandonedRows(of: group.gtid) }
        self.group = nil
        place.end()
    }

    func endGroup() throws {
        guard let group else { return }
        if !undone.isEmpty { throw AbandonedRows(of: group.gtid, undone) }
        self.group = nil
        if isUnitOpen {
            isUnitOpen = false
            interpreter.end(into: &reading)
        }
        if let xa = group.xa, group.isCompletedXA, let index = place.prepared.firstIndex(of: xa) {
            place.prepared.remove(at: index)
            place.areNamesStale = true
        }
        place.end()
        walk?.keep()
        let isWaiting = !reading.events.isEmpty || !losses.isEmpty
        guard isWaiting else { return try saveNowAndThen() }
        let isOld = timekeeper.monotonic() - oldest > Self.patience
        if isFull || isOld || !stream.hasMore { try hand() }
    }

    /// Nothing new: what waits goes out, and the place is saved from time to time, so that it is not purged behind.
    private func rest() throws {
        try standstill.look(behind: place.done, now: timekeeper.monotonic(), connect: connect)
        if !reading.events.isEmpty || !losses.isEmpty, group == nil { return try hand() }
        try saveNowAndThen()
    }

    private func saveNowAndThen() throws {
        guard group == nil, place != savedPlace, timekeeper.monotonic() - lastSave > Self.savePause else { return }
        try hand()
    }

    // MARK: Handing over

    var isFull: Bool { reading.events.count >= Self.batchSize || weight >= Self.heaviestBatch }

    func hand() throws {
        let batch = SourceBatch(
            source: source, events: reading.events, mark: mark,
            names: reading.names + shelf.takeChanges() + [place.memory],
            gap: losses.gap(after: mark.position, now: timekeeper.now()))
        reading = Reading()
        weight = 0
        losses = Losses()
        do {
            try intake.submit(batch)
        } catch {
            // Nothing of it is on its way: whoever waits for the panel's changes must learn how long already.
            lag.tell(mark, isDue: true)
            throw error
        }
        savedPlace = place
        lastSave = timekeeper.monotonic()
        lag.tell(mark)
    }
}
