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
    /// Nanoseconds between two looks at whether the server still writes the log that it sends.
    private static let lookPause: Int64 = 2_000_000_000

    let source: SourceName
    let stream: BinlogStream
    let intake: any SourceIntake
    let timekeeper: any Timekeeper
    private var parser = EventParser()
    let shelf: TableShelf
    var interpreter: RowInterpreter
    private(set) var mark: Mark
    private var lag: LagTrail

    /// What is read and will be saved with the next batch.
    var place: BinlogPlace
    var reading = Reading()
    private var weight = 0
    private(set) var losses = Losses()
    /// When the first event of the batch was read.
    private var oldest: Int64 = 0
    private var lastSave: Int64
    var savedPlace: BinlogPlace

    // Where the stream is.
    private(set) var group: GTIDEvent?
    /// The tables that the statements of the transaction announced, each once.
    private var announced: [(id: UInt64, line: Line?)] = []
    /// Events with rows in the transaction so far.
    private var eventsSeen = 0
    /// The last of them whose table is watched.
    private var lastWatched: Int?
    private var savepoints = Savepoints()
    /// Those that the transaction itself has rolled back.
    private var undone: [Range<Int>] = []
    /// Whether the profile knows that a transaction has begun.
    private var isUnitOpen = false
    /// Rows that it was given since.
    private var rowsOfUnit = 0
    /// The transaction that was read in part before, and comes again.
    private var expected: GTID?
    /// What was never committed, found in an earlier life: it is passed over.
    private var abandoned: AbandonedRows?
    private var file = ""
    /// Whether it is another one than that in which the place was.
    private var isNextFile = false

    // Whether the server goes on elsewhere.
    private var nextLook: Int64
    /// The connection on which it is asked.
    private var observer: MariaDBConnection?
    /// Events that were read, without signs of life.
    private var eventsRead = 0
    /// How many they were when the server was seen to be further on.
    private var eventsReadWhenBehind: Int?

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
    private struct Line {
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
        nextLook = lastSave + Self.lookPause
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
        if case .heartbeat = event {} else { eventsRead += 1 }
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

    private func endGroup() throws {
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
        try look()
        if !reading.events.isEmpty || !losses.isEmpty, group == nil { return try hand() }
        try saveNowAndThen()
    }

    /// Where its binlog is reset, the server goes on to wait for more of the log that it has deleted, and sends signs of
    /// life. So it is asked how far it is: a new contact then finds out why nothing of it comes.
    private func look() throws {
        let now = timekeeper.monotonic()
        guard now >= nextLook else { return }
        nextLook = now + Self.lookPause
        let position: GTIDPosition
        do {
            let connection = try observer ?? connect()
            observer = connection
            position = try ServerFacts.position(on: connection)
        } catch is MariaDBError {
            // What ends the stream as well is noticed there; a server with too many connections still sends.
            observer = nil
            return
        }
        let isBehind = !place.done.covers(position)
        let isStuck = isBehind && eventsReadWhenBehind == eventsRead
        eventsReadWhenBehind = isBehind ? eventsRead : nil
        guard isStuck || !position.isAtLeast(place.done) else { return }
        throw MariaDBError(
            code: UInt32(CR_SERVER_LOST), message: "it is at transaction \(position) and sends nothing of it",
            statement: "the binlog")
    }

    private func saveNowAndThen() throws {
        guard group == nil, place != savedPlace, timekeeper.monotonic() - lastSave > Self.savePause else { return }
        try hand()
    }

    // MARK: Rows

    private func announce(_ event: TableMapEvent) throws {
        var line: Line?
        if let table = shelf.table(of: event) {
            let decoder = try shelf.decoder(of: table, for: event, at: place.done, in: group?.gtid)
            line = Line(table: table, decoder: decoder)
        }
        // Every statement announces its tables: a transaction may have millions of them.
        if let index = announced.lastIndex(where: { $0.id == event.id }) {
            announced[index].line = line
        } else {
            announced.append((event.id, line))
        }
    }

    private func take(_ event: RowsEvent, _ header: EventHeader) throws {
        let index = eventsSeen
        eventsSeen += 1
        let line = announced.first(where: { $0.id == event.table })?.line
        if line != nil { lastWatched = index }
        let skipped = index == place.events ? place.rows : 0
        if abandoned?.holds(index, of: group?.gtid) ?? false {
            if let line, index < place.events || skipped > 0 {
                lose(
                    "rows of \(line.table.watch.table) were told that the server never committed",
                    of: line.table.watch.table, at: header.seconds)
            }
            if index < place.events { return }
        } else {
            // Of a transaction that is read again nothing more is taken.
            guard index >= place.events, undone.isEmpty else { return }
            if let line { try take(event, header, of: line, skipping: skipped) }
        }
        place.events = index + 1
        place.rows = 0
    }

    private func take(_ event: RowsEvent, _ header: EventHeader, of line: Line, skipping skipped: Int) throws {
        let name = line.table.watch.table
        guard let group, !group.isPreparedXA else {
            lose(
                "rows of \(name) were changed in an XA transaction, which may be committed or not", of: name,
                at: header.seconds)
            return
        }
        guard let decoder = line.decoder else {
            lose(
                "rows of \(name) cannot be named: \(line.table.blindness ?? "its columns are not known")", of: name,
                at: header.seconds)
            return
        }
        guard event.isWhole else {
            lose(
                "rows of \(name) were written without all of their columns: some session sets binlog_row_image",
                of: name, at: header.seconds)
            return
        }
        let kind: RowChange.Kind
        switch event.kind {
        case .insert: kind = .inserted
        case .update: kind = .updated
        case .delete: kind = .deleted
        }
        if !isUnitOpen { beginUnit(of: group) }
        let milliseconds = Int64(header.seconds) * 1000
        do {
            let data = try parser.data(of: event)
            try decoder.rows(of: event, data, skipping: skipped) { number, old, new in
                if reading.events.isEmpty { oldest = timekeeper.monotonic() }
                mark.position += 1
                mark.nonce = place.nonce(row: number)
                let change = RowChange(
                    place: RowPlace(position: mark.position, nonce: mark.nonce, milliseconds: milliseconds),
                    layout: decoder.layout, kind: kind, old: old, new: new)
                for value in old { weight += value.weight }
                for value in new { weight += value.weight }
                if walk != nil, interpreter.changesNames(change) { walk?.add(change) }
                interpreter.take([change], into: &reading)
                lag.note(mark.position, milliseconds)
                place.rows = number + 1
                rowsOfUnit += 1
                if interpreter.isWithinUnit, rowsOfUnit >= Self.largestUnit || weight >= Self.heaviestUnit {
                    interpreter.end(into: &reading)
                    try hand()
                    beginUnit(of: group)
                } else if isFull && !interpreter.isWithinUnit {
                    try hand()
                }
            }
        } catch let damage as EventDamage {
            // The checksum was right: the server wrote it so.
            lose("rows of \(name) cannot be read: \(damage)", of: name, at: header.seconds)
        }
    }

    /// - Parameter table: whose rows were not understood; nil where that may be any.
    private func lose(_ words: String, of table: String? = nil, at seconds: UInt32) {
        losses.add(words, at: seconds)
        guard interpreter.keepsNames(of: table) else { return }
        if let group, group.isPreparedXA, let xa = group.xa {
            // It changes them when it is committed.
            if !place.prepared.contains(xa) { place.prepared.append(xa) }
        } else {
            place.areNamesStale = true
        }
    }

    private func beginUnit(of group: GTIDEvent) {
        isUnitOpen = true
        rowsOfUnit = 0
        interpreter.begin(operation: group.gtid.description, into: &reading)
    }

    private var isFull: Bool { reading.events.count >= Self.batchSize || weight >= Self.heaviestBatch }

    // MARK: Statements

    private func take(_ query: QueryEvent, _ header: EventHeader) throws {
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
    private func undo(from first: Int) {
        guard let group, let lastWatched, lastWatched >= first, abandoned?.gtid != group.gtid else { return }
        undone.append(first..<eventsSeen)
    }

    private func look(at query: QueryEvent, _ header: EventHeader) {
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

    private func loseAny(at seconds: UInt32) {
        lose(
            "a statement stands in the binlog as text, which may change watched tables by a view, a trigger or a function: "
                + "some session sets binlog_format", at: seconds)
    }

    // MARK: Handing over

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
