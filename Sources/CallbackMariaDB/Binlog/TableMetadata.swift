/// What a table map says beyond the types, where the server's `binlog_row_metadata` lets it.
struct TableMetadata: Equatable {
    /// Of the columns, in their order; with FULL only, as labels and the primary key. MINIMAL tells the rest, and NO_LOG
    /// nothing.
    private(set) var names: [String] = []
    /// By column; nil for columns that are no numbers, and where the server does not tell.
    private(set) var isUnsigned: [Bool?]
    /// The number of the collation by column.
    private(set) var collations: [Int?]
    /// The labels of ENUM and SET columns, in the column's character set.
    private(set) var labels: [[[UInt8]]?]
    /// The columns of the primary key.
    private(set) var primaryKey: [Int] = []

    init() {
        isUnsigned = []
        collations = []
        labels = []
    }

    var hasNames: Bool { !names.isEmpty }

    mutating func read(_ cursor: inout ByteCursor, _ columns: [TableMap.Column]) throws(EventDamage) {
        isUnsigned = Array(repeating: nil, count: columns.count)
        collations = Array(repeating: nil, count: columns.count)
        labels = Array(repeating: nil, count: columns.count)
        while !cursor.isAtEnd {
            let kind = try cursor.byte()
            var value = ByteCursor(try cursor.packedBytes())
            switch kind {
            case 1: try readSigns(&value, places(of: columns) { $0.isNumeric })
            case 2: try readDefault(&value, places(of: columns) { $0.hasCharacterSet })
            case 3: try readEach(&value, places(of: columns) { $0.hasCharacterSet })
            case 4:
                while !value.isAtEnd { names.append(String(decoding: try value.packedBytes(), as: UTF8.self)) }
                guard names.count == columns.count else { throw EventDamage("a table map lacks names of columns") }
            case 5: try readLabels(&value, places(of: columns) { $0 == .set })
            case 6: try readLabels(&value, places(of: columns) { $0 == .enumeration })
            case 8: while !value.isAtEnd { try readKey(&value, columns.count) }
            case 9:
                while !value.isAtEnd {
                    try readKey(&value, columns.count)
                    // The length of the prefix.
                    _ = try value.packed(atMost: .max)
                }
            case 10: try readDefault(&value, places(of: columns) { $0 == .enumeration || $0 == .set })
            case 11: try readEach(&value, places(of: columns) { $0 == .enumeration || $0 == .set })
            // Kinds of geometry, and what later servers may add.
            default: break
            }
        }
    }

    private func places(of columns: [TableMap.Column], where isMeant: (ColumnType) -> Bool) -> [Int] {
        columns.indices.filter { isMeant(columns[$0].type) }
    }

    private mutating func readSigns(_ value: inout ByteCursor, _ places: [Int]) throws(EventDamage) {
        var bits: UInt8 = 0
        for (index, place) in places.enumerated() {
            if index & 7 == 0 { bits = try value.byte() }
            // The highest bit is the first column's.
            isUnsigned[place] = bits & (0x80 >> UInt8(index & 7)) != 0
        }
    }

    private mutating func readDefault(_ value: inout ByteCursor, _ places: [Int]) throws(EventDamage) {
        let standard = try value.packed(atMost: .max)
        for place in places { collations[place] = standard }
        while !value.isAtEnd {
            let index = try value.packed(atMost: .max)
            guard places.indices.contains(index) else { throw EventDamage("a character set belongs to no column") }
            collations[places[index]] = try value.packed(atMost: .max)
        }
    }

    private mutating func readEach(_ value: inout ByteCursor, _ places: [Int]) throws(EventDamage) {
        for place in places { collations[place] = try value.packed(atMost: .max) }
    }

    private mutating func readLabels(_ value: inout ByteCursor, _ places: [Int]) throws(EventDamage) {
        for place in places {
            var labels: [[UInt8]] = []
            for _ in 0..<(try value.packed(atMost: value.remaining)) {
                labels.append(Array(try value.packedBytes()))
            }
            self.labels[place] = labels
        }
    }

    private mutating func readKey(_ value: inout ByteCursor, _ count: Int) throws(EventDamage) {
        let column = try value.packed(atMost: .max)
        guard column < count else { throw EventDamage("a key has a column that the table has not") }
        primaryKey.append(column)
    }
}
