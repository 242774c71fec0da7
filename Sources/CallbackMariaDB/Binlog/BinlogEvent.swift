/// An event of the binlog as far as it matters here. It lies in the reader's buffer: it is valid until the next read.
enum BinlogEvent {
    case formatDescription(FormatDescription)
    case rotate(file: String)
    case gtid(GTIDEvent)
    /// What stands in earlier files, at the beginning of one.
    case gtidList(GTIDPosition)
    case tableMap(TableMapEvent)
    case rows(RowsEvent)
    /// The transaction is committed.
    case commit
    case query(QueryEvent)
    /// A transaction in two phases was prepared; it may still be rolled back.
    case xaPrepare
    case heartbeat
    /// The server could not write something into its log.
    case incident
    /// An event of this number, which this version does not know, and which no reader may pass over.
    case unknown(UInt8)
    /// Nothing that matters here.
    case other
}

/// How events of one log file are written.
struct FormatDescription: Equatable {
    var serverVersion: String
    /// When the log file was begun, in seconds since 1970.
    var created: UInt32
    /// Whether every event ends with a CRC-32.
    var hasChecksums: Bool

    init(_ header: EventHeader, _ cursor: inout ByteCursor) throws(EventDamage) {
        guard try cursor.number(UInt16.self) == 4 else { throw EventDamage("the binlog has another version than 4") }
        let version = try cursor.bytes(50)
        serverVersion = String(decoding: version.prefix { $0 != 0 }, as: UTF8.self)
        try cursor.skip(4)
        guard try cursor.byte() == EventHeader.length else {
            throw EventDamage("events have headers of unknown length")
        }
        created = header.seconds
        // Lengths of the kinds' own headers, then the kind of checksum, then a checksum in any case.
        try cursor.cut(4)
        guard let algorithm = cursor.rest.last else { throw EventDamage("a format description ends too early") }
        guard algorithm <= 1 else { throw EventDamage("the binlog has checksums of an unknown kind") }
        hasChecksums = algorithm == 1
    }
}

/// The beginning of a transaction, or of a single statement.
struct GTIDEvent {
    var gtid: GTID
    /// No commit follows: one statement stands alone.
    var isStandalone: Bool
    var isSchemaChange: Bool
    var isPreparedXA: Bool
    var isCompletedXA: Bool
    /// The name of the XA transaction that is prepared or completed, in hexadecimal digits.
    var xa: String?
    /// It only begins an ALTER, or gives it up: the table looks as before.
    var leavesTable = false

    init(_ header: EventHeader, _ cursor: inout ByteCursor) throws(EventDamage) {
        let sequence = try cursor.number(UInt64.self)
        let domain = try cursor.number(UInt32.self)
        let flags = try cursor.byte()
        gtid = GTID(domain: domain, server: header.server, sequence: sequence)
        isStandalone = flags & 0x01 != 0
        isSchemaChange = flags & 0x20 != 0
        isPreparedXA = flags & 0x40 != 0
        isCompletedXA = flags & 0x80 != 0
        // Then the number of the group that was committed together, and the name of the XA transaction.
        if flags & 0x02 != 0 { try cursor.skip(8) }
        if isPreparedXA || isCompletedXA {
            let form = try cursor.bytes(4)
            let lengths = try cursor.bytes(2)
            let name = try cursor.bytes(Int(lengths[0]) + Int(lengths[1]))
            xa = (Array(form) + lengths + name).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        }
        // Servers before 10.8 end here, or with zeros.
        guard !cursor.isAtEnd else { return }
        leavesTable = try cursor.byte() & 0x0A != 0
    }
}

/// A statement that stands in the log as text.
struct QueryEvent {
    let database: UnsafeBufferPointer<UInt8>
    /// In the character set of the client that sent it.
    let statement: UnsafeBufferPointer<UInt8>

    /// - Parameter isLoad: whether it loads a file, of which the log says some more.
    init(_ cursor: inout ByteCursor, inflater: Inflater?, isLoad: Bool = false) throws(EventDamage) {
        try cursor.skip(8)
        let length = Int(try cursor.byte())
        try cursor.skip(2)
        let variables = Int(try cursor.number(UInt16.self))
        if isLoad { try cursor.skip(13) }
        try cursor.skip(variables)
        database = try cursor.bytes(length)
        try cursor.skip(1)
        statement =
            try inflater.map { inflater throws(EventDamage) in try inflater.inflate(cursor.rest) } ?? cursor.rest
    }

    /// Whether the statement is these letters, capitals or not.
    func isExactly(_ words: StaticString) -> Bool {
        statement.count == words.utf8CodeUnitCount && ASCIIText.begins(statement, with: words)
    }

    /// Whether it only begins, ends or marks a place in a transaction.
    var isBoundary: Bool {
        isExactly("BEGIN") || begins(with: "SAVEPOINT ") || begins(with: "XA START") || begins(with: "XA END")
            || begins(with: "ROLLBACK TO ") || endsGroup
    }

    /// Whether it ends a transaction.
    var endsGroup: Bool {
        isExactly("COMMIT") || isExactly("ROLLBACK") || begins(with: "XA COMMIT") || begins(with: "XA ROLLBACK")
    }

    func begins(with words: StaticString) -> Bool { ASCIIText.begins(statement, with: words) }
}

/// Rows of one table that were inserted, updated or deleted.
struct RowsEvent {
    enum Kind { case insert, update, delete }

    let kind: Kind
    let table: UInt64
    let columnCount: Int
    /// A bit for each column that the rows have: those before the change for update and delete, else those after.
    let present: UnsafeBufferPointer<UInt8>
    /// For an update the columns after it.
    let presentAfter: UnsafeBufferPointer<UInt8>
    /// The rows' values, one after the other; compressed where `isCompressed`.
    let data: UnsafeBufferPointer<UInt8>
    let isCompressed: Bool

    init(_ kind: Kind, isCompressed: Bool, _ cursor: inout ByteCursor) throws(EventDamage) {
        self.kind = kind
        self.isCompressed = isCompressed
        table = try cursor.littleEndian(6)
        try cursor.skip(2)
        columnCount = try cursor.packed(atMost: TableMap.mostColumns)
        let width = (columnCount + 7) / 8
        present = try cursor.bytes(width)
        presentAfter = kind == .update ? try cursor.bytes(width) : present
        data = cursor.rest
    }

    /// Whether every column is there, before and after.
    var isWhole: Bool {
        for bits in [present, presentAfter] {
            for column in 0..<columnCount where bits[column >> 3] & (1 << UInt8(column & 7)) == 0 { return false }
        }
        return true
    }
}

/// Comparisons of bytes that may be any text, with words in ASCII.
enum ASCIIText {
    static func begins(_ bytes: UnsafeBufferPointer<UInt8>, with words: StaticString) -> Bool {
        let wanted = UnsafeBufferPointer(start: words.utf8Start, count: words.utf8CodeUnitCount)
        guard bytes.count >= wanted.count else { return false }
        return zip(bytes, wanted).allSatisfy { lowercased($0) == lowercased($1) }
    }

    /// Whether `name`, in lower case, stands anywhere in the bytes as a word of its own.
    static func names(_ bytes: UnsafeBufferPointer<UInt8>, _ name: [UInt8]) -> Bool {
        guard let first = name.first, bytes.count >= name.count else { return name.isEmpty }
        for start in 0...(bytes.count - name.count) where lowercased(bytes[start]) == first {
            let end = start + name.count
            let isWord = (start == 0 || !isLetter(bytes[start - 1])) && (end == bytes.count || !isLetter(bytes[end]))
            if isWord, name.indices.allSatisfy({ lowercased(bytes[start + $0]) == name[$0] }) { return true }
        }
        return false
    }

    /// Whether it may stand in a name that is not quoted.
    private static func isLetter(_ byte: UInt8) -> Bool {
        switch lowercased(byte) {
        case 0x30...0x39, 0x61...0x7A, 0x24, 0x5F, 0x80...0xFF: true
        default: false
        }
    }

    static func lowercased(_ byte: UInt8) -> UInt8 {
        byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte
    }
}
