package import CallbackCore
import FoundationEssentials
import GRDB

/// An event that a replay looks at.
package struct ReplayableEvent: Sendable {
    /// A delivery that the target has taken.
    package struct Original: Hashable, Sendable {
        package var rule: RuleName
        package var lane: LaneKey?
        package var cause: String
    }

    package var event: Event
    package var source: SourceName
    /// What the target has taken of it because a rule asked for it; looked for only where it is to be repeated.
    package var originals: [Original] = []

    /// Retention has removed its text.
    package var isBare: Bool { event.body.isEmpty }
}

extension StateQueries {
    /// A page of the events that a replay asks for, in commit order.
    ///
    /// A page ends early where its texts are large, so that a reader never holds more than a few MiB.
    /// - Parameters:
    ///   - after: the number after which the page begins.
    ///   - last: the last number looked at.
    /// - Returns: the events; none where there are no more.
    package func replayable(
        _ request: ReplayRequest,
        after: Int64,
        upTo last: Int64,
        limit: Int = 500
    ) throws(StateError) -> [ReplayableEvent] {
        try read { database in
            var condition = QueryCondition()
            condition.add("sequence > ?", after)
            condition.add("sequence <= ?", last)
            condition.add("time >= ?", request.since)
            condition.add("time < ?", request.until)
            condition.add("subject = ?", request.subject)
            if !request.types.isEmpty {
                condition.add(
                    "type IN (SELECT value FROM json_each(?))",
                    JSONValue.array(request.types.map { .string($0) }).text)
            }
            let rows = try Row.fetchCursor(
                database,
                sql: "SELECT sequence, id, source, type, subject, time, body FROM events \(condition.sql) "
                    + "ORDER BY sequence LIMIT ?",
                arguments: condition.arguments + [limit])
            var page: [ReplayableEvent] = []
            var size = 0
            while size < Self.replayPageSize, let row = try rows.next() {
                let found = ReplayableEvent(row)
                size += found.event.body.count
                page.append(found)
            }
            if request.sameID { try addOriginals(to: &page, TargetName(request.target), database) }
            return page
        }
    }

    private func addOriginals(
        to page: inout [ReplayableEvent],
        _ target: TargetName,
        _ database: Database
    ) throws {
        let names = try StateNames(database)
        let statement = try database.makeStatement(
            sql: """
                SELECT rule, lane, cause FROM ledger
                WHERE event = ? AND target = ? AND state = 5 AND cause = 'rule' ORDER BY ordinal
                """)
        let number = names.number(of: target)
        for index in page.indices {
            page[index].originals = try Row.fetchAll(statement, arguments: [page[index].event.sequence, number])
                .compactMap { row in
                    names.rules[row["rule"]].map {
                        .init(rule: $0, lane: (row["lane"] as Int64?).map(LaneKey.init(rawValue:)), cause: row["cause"])
                    }
                }
        }
    }

    /// Bytes of event text after which a page ends.
    private static let replayPageSize = 4 << 20
}

extension ReplayableEvent {
    fileprivate init(_ row: Row) {
        event = Event(
            sequence: row["sequence"], id: EventID(rawValue: row["id"]), type: EventType(row["type"] as String),
            subject: row["subject"], time: Timestamp(milliseconds: row["time"]), body: [UInt8](row["body"] as Data))
        source = SourceName(row["source"] as String)
    }
}
