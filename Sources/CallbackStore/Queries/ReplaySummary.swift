package import CallbackCore
import GRDB

/// A replay as it stands in the state file.
package struct ReplaySummary: Hashable, Sendable {
    package var number: Int64
    package var target: TargetName
    package var targetNumber: Int64
    package var request: ReplayRequest
    package var began: Timestamp
    /// When everything was looked at, or somebody ended it; nil while it goes on.
    package var ended: Timestamp?
    package var isCancelled: Bool
    /// Why it could not go on.
    package var problem: String?
    /// The rule book that it is judged by; nil before its first step, and where it repeats other deliveries.
    package var book: Int64?
    /// The journal was looked at from its beginning up to here.
    package var position: Int64
    /// The last event that the journal held when it began.
    package var last: Int64
    /// Events of its time and kind that were looked at.
    package var looked: Int64
    /// Deliveries that it has made.
    package var queued: Int64
    /// Events or deliveries that were left out: no rule sends them there, they were never delivered there, or they are
    /// still owed.
    package var leftOut: Int64
    /// Events whose text retention has removed.
    package var bare: Int64
    /// What became of the deliveries: those that wait, and finished ones by their state.
    package var waiting: Int64
    package var finished: [DeliveryState: Int64]

    package var span: JournalSpan {
        JournalSpan(since: Timestamp(milliseconds: request.since), until: Timestamp(milliseconds: request.until))
    }

    /// Events of the journal that are not looked at yet, at most.
    package var left: Int64 { ended == nil ? max(0, last - position) : 0 }

    /// `going on`, `queued` (everything waits or is finished), `done`, `cancelled` or `failed`.
    package var state: String {
        if isCancelled { return "cancelled" }
        if problem != nil { return "failed" }
        guard ended != nil else { return "going on" }
        return waiting > 0 ? "queued" : "done"
    }

    package var json: JSONValue {
        let delivered = finished[.delivered] ?? 0
        let dead = finished[.dead] ?? 0
        return .object([
            "replay": .integer(number), "target": .string(target.rawValue), "state": .string(state),
            "since": .string(span.since.description),
            "until": request.until == .max ? .null : .string(span.until.description),
            "types": .array(request.types.map { .string($0) }),
            "subject": request.subject.map { .string($0) } ?? .null,
            "rule": request.rule.map { .string($0) } ?? .null, "matched": .bool(request.onlyMatched),
            "same_id": .bool(request.sameID), "rate": .double(request.rate),
            "book": book.map { .integer($0) } ?? .null, "began": .string(began.description),
            "ended": ended.map { .string($0.description) } ?? .null,
            "problem": problem.map { .string($0) } ?? .null, "left": .integer(left), "events": .integer(looked),
            "queued": .integer(queued), "left_out": .integer(leftOut), "without_payload": .integer(bare),
            "waiting": .integer(waiting), "delivered": .integer(delivered), "dead": .integer(dead),
            "other": .integer(finished.values.reduce(0, +) - delivered - dead),
        ])
    }
}

extension StateQueries {
    /// The latest replays, oldest first.
    package func replays(limit: Int) throws(StateError) -> [ReplaySummary] {
        try replays("ORDER BY number DESC LIMIT \(limit)").reversed()
    }

    /// The replays that go on, oldest first.
    package func openReplays() throws(StateError) -> [ReplaySummary] {
        try replays("WHERE ended IS NULL ORDER BY number")
    }

    /// One replay; nil where there is none of this number.
    package func replay(_ number: Int64) throws(StateError) -> ReplaySummary? {
        try replays("WHERE number = \(number)").first
    }

    private func replays(_ condition: String) throws(StateError) -> [ReplaySummary] {
        try read { database in
            let names = try StateNames(database)
            return try Row.fetchAll(database, sql: "SELECT * FROM replays \(condition)").map {
                try ReplaySummary($0, names, database)
            }
        }
    }
}

extension ReplaySummary {
    fileprivate init(_ row: Row, _ names: StateNames, _ database: Database) throws {
        number = row["number"]
        let target: Int64 = row["target"]
        targetNumber = target
        self.target = names.targets[target] ?? TargetName("#\(target)")
        let types = try JSONParser.parse((row["types"] as String).utf8)
        request = ReplayRequest(
            target: self.target.rawValue, since: row["since"], until: row["until"],
            types: types.elements.compactMap(\.string), subject: row["subject"], rule: row["rule"],
            onlyMatched: row["only_matched"], sameID: row["same_id"], rate: row["rate"])
        began = Timestamp(milliseconds: row["began"])
        ended = (row["ended"] as Int64?).map(Timestamp.init(milliseconds:))
        isCancelled = row["cancelled"]
        problem = row["problem"]
        book = row["book"]
        position = row["position"]
        last = row["last"]
        looked = row["looked"]
        queued = row["queued"]
        leftOut = row["left_out"]
        bare = row["bare"]
        let (first, end) = ReplayCause.range(number, repeats: request.sameID)
        let causes = "WHERE cause >= 'replay:' AND cause < 'replay;' AND cause >= ? AND cause <= ?"
        waiting =
            try Int64.fetchOne(database, sql: "SELECT count(*) FROM queue \(causes)", arguments: [first, end]) ?? 0
        finished = [:]
        let states = try Row.fetchAll(
            database, sql: "SELECT state, count(*) AS count FROM ledger \(causes) GROUP BY state",
            arguments: [first, end])
        for state in states { finished[DeliveryState(code: state["state"])] = state["count"] }
    }
}

extension JSONValue {
    fileprivate var elements: [JSONValue] {
        guard case .array(let elements) = self else { return [] }
        return elements
    }
}
