/// Reading the rows that a source has already, from the wish until its end.
///
/// The state file keeps it beside the source's mark, and it moves on in the transaction of the events that it gave: what
/// was read stays read across a crash, and nothing is read twice.
package struct SnapshotRun: Hashable, Sendable {
    /// One table that is read.
    package struct Table: Hashable, Sendable, Codable {
        package var name: String
        /// Only rows for which this expression of the database is true; nil for all.
        package var condition: String?

        package init(name: String, condition: String? = nil) {
            self.name = name
            self.condition = condition
        }
    }

    /// How far the reading has come.
    package struct Place: Hashable, Sendable {
        /// The source's life in which it was begun: in another one it begins again.
        package var incarnation: String
        /// The tables, in the order in which they are read.
        package var tables: [Table]
        /// The place in `tables` of the one that is being read.
        package var table: Int
        /// The key of the last row that was read of it; nil before its first.
        package var after: JSONValue?
        /// Rows that were read so far.
        package var rows: Int64

        package init(incarnation: String, tables: [Table], table: Int = 0, after: JSONValue? = nil, rows: Int64 = 0) {
            self.incarnation = incarnation
            self.tables = tables
            self.table = table
            self.after = after
            self.rows = rows
        }
    }

    /// A random name, which stands in its events and makes their identities.
    package var id: String
    /// The tables that were asked for; empty for every table that gives events.
    package var asked: [Table]
    package var askedAt: Timestamp
    /// Nil before it begins.
    package var place: Place?

    package init(id: String = Self.newID(), asked: [Table], askedAt: Timestamp, place: Place? = nil) {
        self.id = id
        self.asked = asked
        self.askedAt = askedAt
        self.place = place
    }

    package static func newID() -> String {
        "snp_" + Base32.text(of: (0..<17).map { _ in UInt8.random(in: 0...255) }, count: 26)
    }

    /// How it is going, in words for the operator.
    package var words: String {
        guard let place else { return "asked for, not begun" }
        guard place.tables.indices.contains(place.table) else { return "\(place.rows) rows read" }
        return "table \(place.table + 1) of \(place.tables.count), \(place.tables[place.table].name): "
            + "\(place.rows) rows read"
    }
}

extension SnapshotRun {
    package var json: JSONValue {
        var object: JSONObject = [
            "id": .string(id), "asked": .array(asked.map(\.json)), "asked_at": .string(askedAt.description),
        ]
        if let place {
            object.append(
                "place",
                [
                    "incarnation": .string(place.incarnation), "tables": .array(place.tables.map(\.json)),
                    "table": .integer(Int64(place.table)), "after": place.after ?? .null,
                    "rows": .integer(place.rows),
                ])
        }
        return .object(object)
    }

    /// Reads back what `json` wrote; nil where it is something else.
    package init?(_ json: JSONValue) {
        guard let id = json["id"]?.string, let askedAt = json["asked_at"]?.string.flatMap({ Timestamp(rfc3339: $0) }),
            let asked = Self.tables(json["asked"])
        else { return nil }
        self.init(id: id, asked: asked, askedAt: askedAt)
        guard let place = json["place"] else { return }
        guard let incarnation = place["incarnation"]?.string, let tables = Self.tables(place["tables"]),
            let table = place["table"]?.integer, let rows = place["rows"]?.integer
        else { return nil }
        let after = place["after"].flatMap { $0 == .null ? nil : $0 }
        self.place = Place(incarnation: incarnation, tables: tables, table: Int(table), after: after, rows: rows)
    }

    private static func tables(_ json: JSONValue?) -> [Table]? {
        guard case .array(let elements)? = json else { return nil }
        let tables = elements.compactMap { element in
            element["table"]?.string.map { Table(name: $0, condition: element["where"]?.string) }
        }
        return tables.count == elements.count ? tables : nil
    }
}

extension SnapshotRun.Table {
    fileprivate var json: JSONValue {
        ["table": .string(name), "where": condition.map { .string($0) } ?? .null]
    }
}
