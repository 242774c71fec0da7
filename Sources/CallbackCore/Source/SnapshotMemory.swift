/// What the state file remembers of a source's snapshots, as rows beside its names.
package struct SnapshotMemory: Sendable {
    /// The table of those rows. They stay where names are replaced as a whole: they are of another kind.
    package static let table = "snapshot"

    private enum Key: String {
        case run, stop, last, configured
    }

    /// What is asked for or under way; one at a time.
    package var run: SnapshotRun?
    /// Whether an operator wants it to end.
    package var isStopping = false
    /// How the latest one ended.
    package var last: SnapshotEnd?
    /// Whether the one that the configuration asks for was begun: it is read once.
    package var hasBegunConfigured = false

    package init(_ rows: [NameChange]) {
        for change in rows where change.table == Self.table {
            guard let key = Key(rawValue: change.key), let row = change.row else { continue }
            // Written below; a row that cannot be read is a run that nobody can go on with.
            switch key {
            case .run: run = (try? JSONParser.parse(row)).flatMap { SnapshotRun($0) }
            case .stop: isStopping = true
            case .last: last = (try? JSONParser.parse(row)).flatMap { SnapshotEnd($0) }
            case .configured: hasBegunConfigured = true
            }
        }
    }

    // MARK: The rows

    /// A run that is asked for or goes on; what an earlier one was told to do is not for it.
    package static func keep(_ run: SnapshotRun) -> NameChange { change(.run, run.json) }

    /// The rows of a new run.
    package static func begin(_ run: SnapshotRun, isConfigured: Bool = false) -> [NameChange] {
        [keep(run), change(.stop, nil)] + (isConfigured ? [change(.configured, .bool(true))] : [])
    }

    package static var stop: NameChange { change(.stop, .bool(true)) }

    /// The rows of a run that is over.
    package static func end(_ end: SnapshotEnd) -> [NameChange] {
        [change(.run, nil), change(.stop, nil), change(.last, end.json)]
    }

    private static func change(_ key: Key, _ json: JSONValue?) -> NameChange {
        NameChange(table: table, key: key.rawValue, row: json.map { Array($0.text.utf8) })
    }
}

/// A snapshot that is over.
package struct SnapshotEnd: Hashable, Sendable {
    package var id: String
    package var rows: Int64
    package var endedAt: Timestamp
    /// Why it ended before everything was read; nil where all of it was.
    package var reason: String?

    package init(id: String, rows: Int64, endedAt: Timestamp, reason: String?) {
        self.id = id
        self.rows = rows
        self.endedAt = endedAt
        self.reason = reason
    }

    /// How it ended, in words for the operator.
    package var words: String { "\(reason ?? "all read"), \(rows) rows, \(endedAt)" }

    fileprivate var json: JSONValue {
        [
            "id": .string(id), "rows": .integer(rows), "ended_at": .string(endedAt.description),
            "reason": reason.map { .string($0) } ?? .null,
        ]
    }

    fileprivate init?(_ json: JSONValue) {
        guard let id = json["id"]?.string, let rows = json["rows"]?.integer,
            let endedAt = json["ended_at"]?.string.flatMap({ Timestamp(rfc3339: $0) })
        else { return nil }
        self.init(id: id, rows: rows, endedAt: endedAt, reason: json["reason"]?.string)
    }
}
