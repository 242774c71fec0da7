import CallbackCore
import CallbackRows
import Glibc

/// Changes of names between two places of the binlog.
struct NamesWalk {
    /// Bytes that they may weigh.
    private static let heaviest = 64 << 20

    private(set) var changes: [RowChange] = []
    private var weight = 0
    /// Those of whole transactions.
    private var kept = (count: 0, weight: 0)

    var isTooHeavy: Bool { weight > Self.heaviest }

    mutating func add(_ change: RowChange) {
        changes.append(change)
        for value in change.old { weight += value.weight }
        for value in change.new { weight += value.weight }
    }

    /// The transaction was committed.
    mutating func keep() { kept = (changes.count, weight) }

    /// The transaction is read again.
    mutating func drop() {
        changes.removeSubrange(kept.count...)
        weight = kept.weight
    }
}

extension MariaDBWatch {
    /// So many times as long as their reading took, names are left alone.
    private static let namesRest: Int64 = 10
    /// Nanoseconds that they are left alone at most.
    private static let longestNamesRest: Int64 = 60_000_000_000
    /// Milliseconds between two looks at whether tables show what the binlog had, and how many there are at most.
    private static let showPause: Int32 = 5
    private static let showsAtMost = 200

    /// Between two transactions: reads all names anew where they may have changed unseen.
    ///
    /// What is read is later than the place in the binlog. What was changed on the way there is taken out of it again.
    func tendNames() throws {
        guard place.areNamesStale, place.open == nil, timekeeper.monotonic() >= nextNames else { return }
        let begun = timekeeper.monotonic()
        defer {
            let end = timekeeper.monotonic()
            nextNames = end + min((end - begun) * Self.namesRest, Self.longestNamesRest)
        }
        let connection = try connect()
        guard let position = try openMoment(on: connection) else { return }
        var names = interpreter
        _ = try names.readNames(from: connection)
        try TablePages.end(on: connection)
        for change in try changesOfNames(until: position).reversed() { names.undo(change) }
        if !reading.events.isEmpty || !losses.isEmpty { try hand() }
        reading = Reading()
        interpreter = names
        place.areNamesStale = false
        _ = shelf.takeChanges()
        try intake.commit(
            SourceBatch(
                source: source, mark: mark, names: names.knownNames + shelf.memory + [place.memory],
                replacesNames: true))
        savedPlace = place
    }

    /// Opens a moment that shows all that was read. A transaction comes through the binlog a moment before tables show it.
    /// - Returns: the last transactions that it shows; nil where that takes too long.
    private func openMoment(on connection: MariaDBConnection) throws -> GTIDPosition? {
        for _ in 0..<Self.showsAtMost {
            try TablePages.begin(on: connection)
            let position = try ServerFacts.snapshotPosition(on: connection, knowing: &pagePlace)
            if position.isAtLeast(place.done) { return position }
            try TablePages.end(on: connection)
            poll(nil, 0, Self.showPause)
        }
        return nil
    }

    /// The changes of names between the place that was reached and a later one, in a life that hands nothing over.
    private func changesOfNames(until end: GTIDPosition) throws -> [RowChange] {
        var walk = NamesWalk()
        var place = place
        var abandoned: AbandonedRows?
        let shelf = shelf.copy()
        while !place.done.covers(end) {
            let ahead = MariaDBWatch(
                BinlogContact.Start(mark: mark, place: place, interpreter: interpreter, shelf: shelf, notes: []),
                of: source, stream: try lookAhead(place.done), abandoned: abandoned, intake: NoIntake(like: intake),
                timekeeper: timekeeper, readsExisting: false, connect: connect, lookAhead: lookAhead)
            ahead.walk = walk
            do {
                while ahead.group != nil || !ahead.place.done.covers(end) {
                    try ahead.step()
                    if ahead.walk?.isTooHeavy ?? false { throw Renewal.ofTooManyNames(place) }
                }
            } catch let rows as AbandonedRows {
                abandoned = rows
            }
            walk = ahead.walk ?? walk
            walk.drop()
            place = ahead.place
            place.open = nil
            place.events = 0
            place.rows = 0
        }
        return walk.changes
    }
}

/// Takes everything, and keeps nothing.
private struct NoIntake: SourceIntake {
    let stateID: String
    let limits: LimitSettings

    init(like intake: any SourceIntake) {
        stateID = intake.stateID
        limits = intake.limits
    }

    func savedMark(of source: SourceName) -> SavedMark? { nil }
    func submit(_ batch: SourceBatch) {}
    func commit(_ batch: SourceBatch) {}
    func remembered(in table: String, by source: SourceName) -> [NameChange] { [] }
    func takeRequest(of source: SourceName) -> Bool { false }
    func committedPosition(of source: SourceName) -> Int64 { Int64.max }
    func report(_ status: SourceStatus, of source: SourceName) {}
    func report(notes: [String], of source: SourceName) {}
    func report(_ lag: SourceLag?, of source: SourceName) {}
    func report(snapshot: SnapshotRun?, of source: SourceName) {}
}
