import CallbackRows

extension LargeValue {
    /// Bytes above which a value is in no event.
    static let limit = 1 << 20
}

/// Reads the values of one row after the other.
struct ValueReader {
    var cursor: ByteCursor

    mutating func value(_ coding: ValueCoding) throws(EventDamage) -> RowValue {
        switch coding {
        case .integer(let width): return .integer(try signed(width))
        case .unsigned(let width): return RowValue(unsigned: try cursor.littleEndian(width))
        case .float: return .real(Self.shortest(Float(bitPattern: try cursor.number())))
        case .double: return .real(Double(bitPattern: try cursor.number()))
        case .decimal(let decimal): return .text(try decimal.text(try cursor.bytes(decimal.length)))
        case .year:
            let year = try cursor.byte()
            return .integer(year == 0 ? 0 : 1900 + Int64(year))
        case .date: return .text(TemporalText.date(try cursor.littleEndian(3)))
        case .time(let digits): return .text(TemporalText.time(try packedTime(digits), digits: digits))
        case .datetime(let digits):
            let packed = try cursor.bigEndian(5)
            return .text(
                try TemporalText.datetime(packed, microseconds: try microseconds(digits), digits: digits))
        case .timestamp(let digits):
            let seconds = try cursor.bigEndian(4)
            return .text(
                TemporalText.timestamp(seconds: seconds, microseconds: try microseconds(digits), digits: digits))
        case .oldTime: return .text(TemporalText.time(decimal: try signed(3)))
        case .oldDatetime: return .text(try TemporalText.datetime(decimal: try cursor.littleEndian(8)))
        case .oldTimestamp:
            return .text(TemporalText.timestamp(seconds: try cursor.littleEndian(4), microseconds: 0, digits: 0))
        case .bit(let width): return RowValue(unsigned: try cursor.bigEndian(width))
        case .enumeration(let width, let labels): return try labels.value(try cursor.littleEndian(width))
        case .set(let width, let labels): return try labels.text(try cursor.littleEndian(width))
        case .text(let width, let coding): return coding.value(try run(width))
        case .bytes(let width): return Self.blob(try run(width))
        case .padded(let width, let full): return .blob(Self.padded(try run(width), to: full))
        case .uuid: return .text(try Self.address(run(1), 16, AddressText.uuid))
        case .inet4: return .text(try Self.address(run(1), 4, AddressText.inet4))
        case .inet6: return .text(try Self.address(run(1), 16, AddressText.inet6))
        case .compressed(let width, let coding): return try CompressedColumn.value(try run(width), coding)
        }
    }

    mutating func skip(_ coding: ValueCoding) throws(EventDamage) {
        switch coding {
        case .integer(let width), .unsigned(let width), .bit(let width), .enumeration(let width, _), .set(let width, _):
            try cursor.skip(width)
        case .float, .oldTimestamp: try cursor.skip(4)
        case .double, .oldDatetime: try cursor.skip(8)
        case .decimal(let decimal): try cursor.skip(decimal.length)
        case .year: try cursor.skip(1)
        case .date, .oldTime: try cursor.skip(3)
        case .time(let digits): try cursor.skip(3 + (digits + 1) / 2)
        case .datetime(let digits): try cursor.skip(5 + (digits + 1) / 2)
        case .timestamp(let digits): try cursor.skip(4 + (digits + 1) / 2)
        case .text(let width, _), .bytes(let width), .padded(let width, _), .compressed(let width, _):
            _ = try run(width)
        case .uuid, .inet4, .inet6: _ = try run(1)
        }
    }

    private mutating func signed(_ width: Int) throws(EventDamage) -> Int64 {
        let value = try cursor.littleEndian(width)
        let shift = UInt64(64 - 8 * width)
        return Int64(bitPattern: value << shift) >> Int64(shift)
    }

    /// Bytes with their number before them.
    private mutating func run(_ width: Int) throws(EventDamage) -> UnsafeBufferPointer<UInt8> {
        let count = try cursor.littleEndian(width)
        guard count <= UInt64(cursor.remaining) else { throw EventDamage("a value is longer than its event") }
        return try cursor.bytes(Int(count))
    }

    /// The fraction of a second: two digits in each byte.
    private mutating func microseconds(_ digits: Int) throws(EventDamage) -> Int {
        let width = (digits + 1) / 2
        let value = Int(try cursor.bigEndian(width))
        let factor = width == 1 ? 10_000 : width == 2 ? 100 : 1
        return value * factor
    }

    /// A TIME as one number of 48 bits. Of a negative time with a fraction the server stores the next lower second and
    /// what is missing to it.
    private mutating func packedTime(_ digits: Int) throws(EventDamage) -> Int64 {
        let width = (digits + 1) / 2
        let value = Int64(try cursor.bigEndian(3 + width)) - (0x80_0000 << Int64(8 * width))
        switch width {
        case 0: return value << 24
        case 3: return value
        default:
            let unit: Int64 = width == 1 ? 10_000 : 100
            let bits = Int64(8 * width)
            let magnitude = Int64(value.magnitude)
            let packed = (magnitude >> bits) << 24 + (magnitude & ((1 << bits) - 1)) * unit
            return value < 0 ? -packed : packed
        }
    }

    /// The shortest decimal number that is this one as a FLOAT, as the server prints it: not the longer one as DOUBLE.
    static func shortest(_ number: Float) -> Double {
        let plain = Double(number)
        if plain.rounded() == plain, plain.magnitude <= 16_777_216 { return plain }
        return Double(number.description) ?? plain
    }

    private static func blob(_ bytes: UnsafeBufferPointer<UInt8>) -> RowValue {
        bytes.count <= LargeValue.limit ? .blob(Array(bytes)) : .large(LargeValue(bytes, isText: false))
    }

    private static func padded(_ bytes: UnsafeBufferPointer<UInt8>, to width: Int) -> [UInt8] {
        var padded = Array(bytes)
        if padded.count < width { padded += repeatElement(0, count: width - padded.count) }
        return padded
    }

    private static func address(
        _ bytes: UnsafeBufferPointer<UInt8>,
        _ width: Int,
        _ text: (UnsafeBufferPointer<UInt8>) -> String
    ) throws(EventDamage) -> String {
        guard bytes.count <= width else { throw EventDamage("an address or UUID is too long") }
        return padded(bytes, to: width).withUnsafeBufferPointer(text)
    }
}
