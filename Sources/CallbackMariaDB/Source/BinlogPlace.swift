import CallbackCore

/// How far a binlog was read, exactly: whole transactions, and rows of the one that is open.
///
/// It is saved beside the mark, whose own position only counts the rows that were taken.
struct BinlogPlace: Equatable {
    /// Where it is kept in the source's memory. No panel's table is called so: names do not end with a space.
    static let memory = "gtid "

    /// The transactions that were read completely.
    var done: GTIDPosition
    /// The transaction that was read in part.
    var open: GTID?
    /// Events with rows that were read completely, of the open transaction.
    var events = 0
    /// Rows of the next event that were read.
    var rows = 0
    /// The log file and when it was begun: another beginning under the same name is another history.
    var file = ""
    var created: UInt32 = 0
    /// Whether names may have changed unseen: they must be read anew.
    var areNamesStale = false
    /// XA transactions that are prepared and changed names.
    var prepared: [String] = []
    /// Whether the server was seen to leave the database out since.
    var isLeftOut = false

    init(done: GTIDPosition) { self.done = done }

    mutating func begin(_ gtid: GTID) {
        open = gtid
        events = 0
        rows = 0
    }

    mutating func end() {
        if let open { done.advance(to: open) }
        open = nil
        events = 0
        rows = 0
    }

    /// Whether a log file can be this one or come after it: a server counts its files up, until its binlog is reset.
    static func mayFollow(_ file: String, on earlier: String) -> Bool {
        guard let dot = file.lastIndex(of: "."), let earlierDot = earlier.lastIndex(of: "."),
            let number = UInt64(file[dot...].dropFirst()), let before = UInt64(earlier[earlierDot...].dropFirst())
        else { return file == earlier }
        return file[..<dot] == earlier[..<earlierDot] && number >= before
    }

    /// A number for a row that no other row of this server has, most likely.
    func nonce(row: Int) -> Int64 {
        var hash: UInt64 = 0x9E37_79B9_7F4A_7C15
        for part in [
            UInt64(open?.domain ?? 0) << 32 | UInt64(open?.server ?? 0), open?.sequence ?? 0,
            UInt64(events) << 32 | UInt64(row),
        ] {
            hash = (hash ^ part) &* 0xBF58_476D_1CE4_E5B9
            hash ^= hash >> 31
            hash = hash &* 0x94D0_49BB_1331_11EB
            hash ^= hash >> 29
        }
        return Int64(bitPattern: hash)
    }
}

extension BinlogPlace {
    var memory: NameChange {
        let value: JSONValue = [
            "gtid": .string(done.description), "open": open.map { .string($0.description) } ?? .null,
            "events": .integer(Int64(events)), "rows": .integer(Int64(rows)), "file": .string(file),
            "created": .integer(Int64(created)), "stale": .bool(areNamesStale),
            "prepared": .array(prepared.map { .string($0) }), "left_out": .bool(isLeftOut),
        ]
        return NameChange(table: Self.memory, key: "", row: Array(value.text.utf8))
    }

    /// Reads back what was remembered; nil where nothing of it is there.
    init?(_ names: [NameChange]) {
        guard let row = names.first(where: { $0.table == Self.memory })?.row,
            let value = try? JSONParser.parse(row), let done = value["gtid"]?.string.flatMap({ GTIDPosition($0) }),
            let events = value["events"]?.integer, let rows = value["rows"]?.integer
        else { return nil }
        self.init(done: done)
        open = value["open"]?.string.flatMap { GTID($0) }
        self.events = Int(events)
        self.rows = Int(rows)
        file = value["file"]?.string ?? ""
        created = UInt32(truncatingIfNeeded: value["created"]?.integer ?? 0)
        areNamesStale = value["stale"] == true
        isLeftOut = value["left_out"] == true
        if case .array(let names)? = value["prepared"] { prepared = names.compactMap(\.string) }
    }
}
