import CallbackRows

/// The values of one row as a trigger wrote them.
struct RowImage {
    /// How the bytes of a column become a value.
    enum Kind: Sendable {
        case integer
        case real
        /// A FLOAT, with the digits that it has as a DOUBLE.
        case single
        case text
        case bytes

        init(_ column: SchemaTable.Column) {
            switch column.dataType {
            case "tinyint", "smallint", "mediumint", "int", "integer", "bigint", "year", "bit": self = .integer
            case "float": self = .single
            case "double", "real": self = .real
            default: self = column.isBinary ? .bytes : .text
            }
        }
    }

    /// Reads the values of all columns.
    /// - Returns: nil where the bytes are not as a trigger writes them.
    static func values(_ bytes: UnsafeBufferPointer<UInt8>, _ kinds: [Kind]) -> [RowValue]? {
        var rest = bytes[...]
        var values: [RowValue] = []
        values.reserveCapacity(kinds.count)
        for kind in kinds {
            guard let value = value(&rest, kind) else { return nil }
            values.append(value)
        }
        return rest.isEmpty ? values : nil
    }

    private static func value(_ rest: inout Slice<UnsafeBufferPointer<UInt8>>, _ kind: Kind) -> RowValue? {
        guard let first = rest.first else { return nil }
        if first == UInt8(ascii: "-") {
            rest.removeFirst()
            return .null
        }
        let isLarge = first == UInt8(ascii: "L")
        if isLarge { rest.removeFirst() }
        var count = 0
        var digits = 0
        while let byte = rest.first, (0x30...0x39).contains(byte), digits < 12 {
            count = count * 10 + Int(byte - 0x30)
            digits += 1
            rest.removeFirst()
        }
        guard digits > 0, rest.popFirst() == UInt8(ascii: ":") else { return nil }
        let length = isLarge ? 32 : count
        guard rest.count >= length else { return nil }
        let part = UnsafeBufferPointer(rebasing: rest.prefix(length))
        rest = rest.dropFirst(length)
        guard !isLarge else { return .large(LargeValue(count: count, isText: kind == .text, hash: part)) }
        return value(of: part, kind)
    }

    private static func value(of bytes: UnsafeBufferPointer<UInt8>, _ kind: Kind) -> RowValue? {
        switch kind {
        case .integer:
            let text = String(decoding: bytes, as: UTF8.self)
            return Int64(text).map { .integer($0) } ?? UInt64(text).map { RowValue(unsigned: $0) }
        case .real: return Double(String(decoding: bytes, as: UTF8.self)).map { .real($0) }
        case .single:
            return Double(String(decoding: bytes, as: UTF8.self)).map { .real(ValueReader.shortest(Float($0))) }
        case .text: return CharacterCoding.utf8.value(bytes)
        case .bytes: return .blob(Array(bytes))
        }
    }
}
