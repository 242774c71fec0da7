import CallbackCore
import CallbackRows

/// A watched table as its triggers see it. It is kept beside the log, because rows that were logged before a column
/// was added must still be read with the columns of their time.
struct TableLayout: Sendable, Hashable {
    struct UniqueKey: Sendable, Hashable {
        /// Places in `columns`.
        var columns: [Int]
        var collations: [Collation]
    }

    /// The most columns that one log row can hold as both old and new.
    static let widestPair = 900
    /// The most columns of a table that can be watched at all.
    static let widest = 1900

    /// What an event needs to know of it.
    var row: RowLayout
    var uniqueKeys: [UniqueKey]

    var table: String { row.table }
    var columns: [String] { row.columns }

    /// Old and new values of an update go into two log rows.
    var isWide: Bool { columns.count > Self.widestPair }

    /// How many value columns the log needs for this table.
    var logWidth: Int { isWide ? columns.count : columns.count * 2 }
}

extension TableLayout {
    /// The layout as it is kept in the panel's database.
    var json: String {
        let keys = uniqueKeys.map { key -> JSONValue in
            [
                "columns": .array(key.columns.map { .integer(Int64($0)) }),
                "collations": .array(key.collations.map { .string($0.rawValue) }),
            ]
        }
        let value: JSONValue = [
            "columns": .array(columns.map { .string($0) }),
            "hidden_rowid": .bool(row.hasHiddenRowID),
            "identity": .array(row.identity.map { .integer(Int64($0)) }),
            "unique": .array(keys),
            "redacted": .array(row.redacted.map { .string($0) }),
        ]
        return value.text
    }

    /// Reads back what `json` wrote; nil where it is something else.
    init?(table: String, json: String) {
        guard let value = try? JSONParser.parse(Array(json.utf8)), let columns = value["columns"]?.texts,
            let identity = value["identity"]?.places, let redacted = value["redacted"]?.texts,
            case .bool(let hasHiddenRowID)? = value["hidden_rowid"], case .array(let keys)? = value["unique"]
        else { return nil }
        row = RowLayout(
            table: table, columns: columns, hasHiddenRowID: hasHiddenRowID, identity: identity, redacted: redacted)
        uniqueKeys = []
        for key in keys {
            guard let places = key["columns"]?.places, let names = key["collations"]?.texts,
                places.count == names.count, places.allSatisfy({ columns.indices.contains($0) })
            else { return nil }
            let collations = names.compactMap { Collation(rawValue: $0) }
            guard collations.count == names.count else { return nil }
            uniqueKeys.append(UniqueKey(columns: places, collations: collations))
        }
        guard identity.allSatisfy({ columns.indices.contains($0) }) else { return nil }
    }
}

extension JSONValue {
    fileprivate var texts: [String]? {
        guard case .array(let elements) = self else { return nil }
        let texts = elements.compactMap(\.string)
        return texts.count == elements.count ? texts : nil
    }

    fileprivate var places: [Int]? {
        guard case .array(let elements) = self else { return nil }
        let places = elements.compactMap(\.integer).map { Int($0) }
        return places.count == elements.count ? places : nil
    }
}
