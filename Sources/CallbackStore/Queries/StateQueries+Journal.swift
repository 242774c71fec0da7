package import CallbackCore
import FoundationEssentials
import GRDB

/// A stretch of time, by the events' own times: the first moment belongs to it, the last one does not.
package struct JournalSpan: Hashable, Sendable {
    package var since: Timestamp
    package var until: Timestamp

    package init(since: Timestamp, until: Timestamp) {
        self.since = since
        self.until = until
    }
}

/// An event of the journal as it was recorded: with its text, and by whose rules it was judged.
package struct RecordedEvent: Sendable {
    package var event: Event
    package var source: SourceName
    /// The version of the rule book that matched it.
    package var book: Int64
}

/// How much of a span the journal still holds.
package struct JournalReach: Hashable, Sendable {
    package struct Place: Hashable, Sendable {
        package var sequence: Int64
        package var time: Timestamp

        package init(sequence: Int64, time: Timestamp) {
            self.sequence = sequence
            self.time = time
        }
    }

    /// Events of the span that are kept.
    package var count: Int64
    /// The oldest event of the whole journal; nil where it is empty.
    package var oldest: Place?
    /// The latest event of the whole journal; nil where it is empty.
    package var latest: Place?
    /// Events that retention has removed and that may have been of the span: the numbers that are missing between
    /// the last event before it and its own last one.
    package var removed: Int64
    /// When the first rule book came into force: nothing was recorded before.
    package var began: Timestamp?
}

/// A rule book that was in force.
package struct BookSummary: Hashable, Sendable {
    package var version: Int64
    package var since: Timestamp

    package init(version: Int64, since: Timestamp) {
        self.version = version
        self.since = since
    }
}

extension StateQueries {
    /// A page of the events of a span, in commit order.
    ///
    /// A page ends early where its texts are large, so that a reader never holds more than a few MiB.
    /// - Parameters:
    ///   - after: the number after which the page begins.
    ///   - last: the last number looked at: a running daemon adds others meanwhile.
    /// - Returns: the events; none where there are no more.
    package func recorded(
        in span: JournalSpan,
        after: Int64,
        upTo last: Int64,
        limit: Int = 1000
    ) throws(StateError) -> [RecordedEvent] {
        try read { database in
            let rows = try Row.fetchCursor(
                database,
                sql: """
                    SELECT sequence, id, source, type, subject, time, book, body FROM events
                    WHERE sequence > ? AND sequence <= ? AND time >= ? AND time < ? ORDER BY sequence LIMIT ?
                    """,
                arguments: [after, last, span.since.milliseconds, span.until.milliseconds, limit])
            var page: [RecordedEvent] = []
            var size = 0
            while size < Self.pageSize, let row = try rows.next() {
                let found = RecordedEvent(row)
                size += found.event.body.count
                page.append(found)
            }
            return page
        }
    }

    /// How much of a span the journal still holds.
    package func reach(of span: JournalSpan) throws(StateError) -> JournalReach {
        try read { database in
            let arguments: StatementArguments = [span.since.milliseconds, span.until.milliseconds]
            let inside = try Row.fetchOne(
                database,
                sql: "SELECT count(*) AS count, min(sequence) AS first, max(sequence) AS last FROM events "
                    + "WHERE time >= ? AND time < ?", arguments: arguments)
            var reach = JournalReach(
                count: inside?["count"] ?? 0, oldest: try Self.place("ASC", database),
                latest: try Self.place("DESC", database), removed: 0,
                began: try Int64.fetchOne(database, sql: "SELECT min(since) FROM books")
                    .map(Timestamp.init(milliseconds:)))
            guard let first: Int64 = inside?["first"], let last: Int64 = inside?["last"] else { return reach }
            let before = try Int64.fetchOne(
                database, sql: "SELECT max(sequence) FROM events WHERE sequence < ?", arguments: [first])
            let kept = try Int64.fetchOne(
                database, sql: "SELECT count(*) FROM events WHERE sequence > ? AND sequence <= ?",
                arguments: [before ?? 0, last])
            reach.removed = last - (before ?? 0) - (kept ?? 0)
            return reach
        }
    }

    /// The content of a rule book that was in force once; nil where the file has no such version.
    package func book(version: Int64) throws(StateError) -> [UInt8]? {
        try read { database in
            try Data.fetchOne(database, sql: "SELECT content FROM books WHERE version = ?", arguments: [version])
                .map { [UInt8]($0) }
        }
    }

    /// Every rule book that was in force, the first one first.
    package func books() throws(StateError) -> [BookSummary] {
        try read { database in
            try Row.fetchAll(database, sql: "SELECT version, since FROM books ORDER BY version").map {
                BookSummary(version: $0["version"], since: Timestamp(milliseconds: $0["since"]))
            }
        }
    }

    /// Bytes of event text after which a page ends.
    private static let pageSize = 4 << 20

    private static func place(_ order: String, _ database: Database) throws -> JournalReach.Place? {
        try Row.fetchOne(database, sql: "SELECT sequence, time FROM events ORDER BY sequence \(order) LIMIT 1").map {
            JournalReach.Place(sequence: $0["sequence"], time: Timestamp(milliseconds: $0["time"]))
        }
    }
}

extension RecordedEvent {
    fileprivate init(_ row: Row) {
        event = Event(
            sequence: row["sequence"], id: EventID(rawValue: row["id"]), type: EventType(row["type"] as String),
            subject: row["subject"], time: Timestamp(milliseconds: row["time"]), body: [UInt8](row["body"] as Data))
        source = SourceName(row["source"] as String)
        book = row["book"]
    }
}
