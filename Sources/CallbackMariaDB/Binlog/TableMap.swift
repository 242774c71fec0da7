/// What the rows that follow belong to, as far as is needed to see whether anybody watches it.
struct TableMapEvent {
    let id: UInt64
    let database: UnsafeBufferPointer<UInt8>
    let table: UnsafeBufferPointer<UInt8>
    /// From the number of columns on.
    private let rest: ByteCursor

    init(_ cursor: inout ByteCursor) throws(EventDamage) {
        id = try cursor.littleEndian(6)
        try cursor.skip(2)
        database = try cursor.bytes(Int(try cursor.byte()))
        try cursor.skip(1)
        table = try cursor.bytes(Int(try cursor.byte()))
        try cursor.skip(1)
        rest = cursor
    }

    /// Everything that it says about the columns, without its number: equal bytes mean equal columns.
    var description: UnsafeBufferPointer<UInt8> { rest.rest }

    func map() throws(EventDamage) -> TableMap {
        var cursor = rest
        return try TableMap(&cursor)
    }
}

/// The columns of a table as the binlog describes them.
struct TableMap: Equatable {
    static let mostColumns = 4096

    struct Column: Equatable {
        var type: ColumnType
        /// Two bytes whose meaning depends on the type; those that it does not use are zero.
        var first: UInt8 = 0
        var second: UInt8 = 0
    }

    private(set) var columns: [Column] = []
    private(set) var metadata = TableMetadata()
    /// Columns at the end that the server made for itself; seen only where the binlog has names.
    var hidden: Int {
        zip(columns, metadata.names).reversed().prefix {
            $0.0.type == .longLong && $0.1.hasPrefix("DB_ROW_HASH_")
        }.count
    }

    init(_ cursor: inout ByteCursor) throws(EventDamage) {
        let count = try cursor.packed(atMost: Self.mostColumns)
        let types = try cursor.bytes(count)
        var details = ByteCursor(try cursor.packedBytes())
        columns.reserveCapacity(count)
        for code in types { columns.append(try Self.column(code, &details)) }
        try cursor.skip((count + 7) / 8)
        try metadata.read(&cursor, columns)
    }

    private static func column(_ code: UInt8, _ details: inout ByteCursor) throws(EventDamage) -> Column {
        guard let type = ColumnType(rawValue: code) else { throw EventDamage("a column has an unknown type") }
        switch type {
        case .float, .double, .blob, .compressedBlob, .geometry, .timestamp2, .datetime2, .time2:
            return Column(type: type, first: try details.byte())
        case .varchar, .varString, .compressedVarchar, .bit, .newDecimal:
            return Column(type: type, first: try details.byte(), second: try details.byte())
        case .string:
            // The real type comes first. Two bits of it, turned over, are the highest ones of a length above 255.
            let real = try details.byte()
            let length = try details.byte()
            switch ColumnType(rawValue: real) {
            case .enumeration?: return Column(type: .enumeration, first: length)
            case .set?: return Column(type: .set, first: length)
            default:
                guard real | 0x30 == ColumnType.string.rawValue else {
                    throw EventDamage("a column has an unknown type")
                }
                return Column(type: .string, first: length, second: (real & 0x30 ^ 0x30) >> 4)
            }
        default: return Column(type: type)
        }
    }
}

/// The types of columns in the binlog. Numbers from MariaDB's `mysql_com.h`.
enum ColumnType: UInt8 {
    case tiny = 1
    case short = 2
    case long = 3
    case float = 4
    case double = 5
    case null = 6
    case timestamp = 7
    case longLong = 8
    case medium = 9
    case date = 10
    case time = 11
    case datetime = 12
    case year = 13
    case newDate = 14
    case varchar = 15
    case bit = 16
    case timestamp2 = 17
    case datetime2 = 18
    case time2 = 19
    case compressedBlob = 140
    case compressedVarchar = 141
    case newDecimal = 246
    case enumeration = 247
    case set = 248
    case blob = 252
    case varString = 253
    case string = 254
    case geometry = 255

    /// Whether the binlog tells its sign.
    var isNumeric: Bool {
        switch self {
        case .tiny, .short, .medium, .long, .longLong, .float, .double, .newDecimal, .year: true
        default: false
        }
    }

    /// Whether the binlog tells its character set; `binary` is one.
    var hasCharacterSet: Bool {
        switch self {
        case .varchar, .varString, .string, .blob, .geometry, .compressedBlob, .compressedVarchar: true
        default: false
        }
    }
}
