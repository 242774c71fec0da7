import CallbackCore

/// Rows of the log that are on disk and may still stand in the panel's database: what a crash between saving and
/// deleting leaves. They are saved with the mark.
struct ChangeLogPlaces: Equatable {
    /// No panel's table has such a name.
    static let memory = "callbackd change table"

    private(set) var rows: [(seq: UInt64, nonce: Int64)] = []

    static func == (left: ChangeLogPlaces, right: ChangeLogPlaces) -> Bool {
        left.rows.elementsEqual(right.rows) { $0 == $1 }
    }

    init() {}

    /// Takes them from what was saved beside the mark.
    init(_ names: [NameChange]) {
        // What is not there, or was not written by us, names no row that could be deleted.
        guard let bytes = names.first(where: { $0.table == Self.memory && $0.key.isEmpty })?.row,
            let value = try? JSONParser.parse(bytes), case .array(let elements) = value
        else { return }
        for element in elements {
            guard case .array(let pair) = element, pair.count == 2, let seq = pair[0].integer,
                let nonce = pair[1].integer
            else { continue }
            rows.append((UInt64(bitPattern: seq), nonce))
        }
    }

    var isEmpty: Bool { rows.isEmpty }

    /// Remembers that names must be read anew: what was lost is deleted from the log, and nothing else would tell.
    static let staleNames = NameChange(table: memory, key: "stale", row: Array("true".utf8))

    /// Whether that was remembered.
    static func areNamesStale(_ names: [NameChange]) -> Bool {
        names.contains { $0.table == memory && $0.key == staleNames.key && $0.row != nil }
    }

    mutating func append(_ seq: UInt64, _ nonce: Int64) { rows.append((seq, nonce)) }

    var name: NameChange {
        let value = JSONValue.array(
            rows.map { .array([.integer(Int64(bitPattern: $0.seq)), .integer($0.nonce)]) })
        return NameChange(table: Self.memory, key: "", row: Array(value.text.utf8))
    }

    /// Deletes exactly these. A number alone could be another row's, in a log that was emptied and begun anew.
    ///
    /// The index is forced: a statement that looks through the whole log waits for every transaction of the panel's that
    /// is open and has a row there.
    func delete(on connection: MariaDBConnection) throws(MariaDBError) {
        let log = "\(connection.address.database.sqlName).\(ChangeLog.log)"
        var rest = rows[...]
        while !rest.isEmpty {
            let part = rest.prefix(500)
            rest = rest.dropFirst(500)
            let numbers = part.map { String($0.seq) }.joined(separator: ",")
            let nonces = part.map { String($0.nonce) }.joined(separator: ",")
            try connection.query(
                "DELETE \(log) FROM \(log) FORCE INDEX (PRIMARY) WHERE seq IN (\(numbers)) "
                    + "AND IFNULL(nonce, 0) IN (\(nonces))")
        }
    }
}
