package import CallbackCore
import FoundationEssentials
import GRDB

/// An event of the journal, without its body.
package struct EventSummary: Hashable, Sendable {
    package var sequence: Int64
    package var id: EventID
    package var source: SourceName
    package var type: EventType
    package var subject: String
    package var time: Timestamp
    /// How many deliveries the rules asked for.
    package var deliveries: Int

    package var json: JSONValue {
        .object([
            "sequence": .integer(sequence), "id": .string(id.rawValue), "source": .string(source.rawValue),
            "type": .string(type.rawValue), "subject": .string(subject), "time": .string(time.description),
            "deliveries": .integer(Int64(deliveries)),
        ])
    }
}

/// An event with its body and everything that is or was owed of it.
package struct EventDetail: Sendable {
    package var summary: EventSummary
    /// The CloudEvents text as it was journalled.
    package var body: [UInt8]
    /// The version of the rule book that matched it.
    package var book: Int64
    package var deliveries: [DeliverySummary]

    /// Retention has removed the text; the rest stays for a while.
    package var isPastRetention: Bool { body.isEmpty }

    package var json: JSONValue {
        var event: JSONValue = .null
        if !isPastRetention {
            do { event = try JSONParser.parse(body) } catch { event = .string(String(decoding: body, as: UTF8.self)) }
        }
        guard case .object(var object) = summary.json else { return event }
        object["deliveries"] = .array(deliveries.map(\.json))
        object.append("book", .integer(book))
        object.append("event", event)
        object.append("past_retention", .bool(isPastRetention))
        return .object(object)
    }
}

/// Which events are wanted.
package struct EventFilter: Sendable {
    package var type: EventType?
    package var subject: String?
    /// Nothing whose change is older.
    package var since: Timestamp?

    package init(type: EventType? = nil, subject: String? = nil, since: Timestamp? = nil) {
        self.type = type
        self.subject = subject
        self.since = since
    }

    fileprivate var condition: QueryCondition {
        var condition = QueryCondition()
        condition.add("e.type = ?", type?.rawValue)
        condition.add("e.subject = ?", subject)
        condition.add("e.time >= ?", since?.milliseconds)
        return condition
    }
}

extension StateQueries {
    /// The number of the latest event; 0 in an empty journal.
    package func lastSequence() throws(StateError) -> Int64 {
        try read { try Int64.fetchOne($0, sql: "SELECT max(sequence) FROM events") ?? 0 }
    }

    /// The latest events that a filter wants, oldest first.
    package func events(_ filter: EventFilter, limit: Int) throws(StateError) -> [EventSummary] {
        let condition = filter.condition
        return try events(condition, order: "DESC", limit: limit).reversed()
    }

    /// The events after a sequence number that a filter wants, oldest first: what `tail` goes on with.
    package func events(_ filter: EventFilter, after sequence: Int64, limit: Int) throws(StateError) -> [EventSummary] {
        var condition = filter.condition
        condition.add("e.sequence > ?", sequence)
        return try events(condition, order: "ASC", limit: limit)
    }

    /// One event by its id (`evt_…`) or its sequence number, with its deliveries; nil where the journal has no such.
    package func event(_ name: String, current: CurrentNames? = nil) throws(StateError) -> EventDetail? {
        try read { database in
            let isNumber = Int64(name) != nil
            guard
                let row = try Row.fetchOne(
                    database,
                    sql: "\(Self.eventColumns), e.body, e.book FROM events AS e WHERE "
                        + (isNumber ? "e.sequence = ?" : "e.id = ?"),
                    arguments: [isNumber ? Int64(name) : name])
            else { return nil }
            let summary = EventSummary(row)
            let names = try StateNames(database)
            let found = try DeliverySummary.all(ofEvent: summary.sequence, in: database, names: names, current: current)
            return EventDetail(
                summary: summary, body: [UInt8](row["body"] as Data), book: row["book"], deliveries: found)
        }
    }

    private func events(_ condition: QueryCondition, order: String, limit: Int) throws(StateError) -> [EventSummary] {
        try read { database in
            try Row.fetchAll(
                database,
                sql: "\(Self.eventColumns) FROM events AS e \(condition.sql) ORDER BY e.sequence \(order) LIMIT ?",
                arguments: condition.arguments + [limit]
            ).map(EventSummary.init)
        }
    }

    /// The queue's key begins with the target, so that it is asked once for each target.
    private static let eventColumns = """
        SELECT e.sequence, e.id, e.source, e.type, e.subject, e.time,
            (SELECT count(*) FROM ledger WHERE event = e.sequence)
            + (SELECT count(*) FROM targets AS t CROSS JOIN queue AS q ON q.target = t.number AND q.event = e.sequence)
            AS deliveries
        """
}

extension EventSummary {
    fileprivate init(_ row: Row) {
        sequence = row["sequence"]
        id = EventID(rawValue: row["id"])
        source = SourceName(row["source"] as String)
        type = EventType(row["type"] as String)
        subject = row["subject"]
        time = Timestamp(milliseconds: row["time"])
        deliveries = row["deliveries"]
    }
}
