/// Bytes that are not as MariaDB writes them.
struct EventDamage: Error, CustomStringConvertible {
    let words: StaticString

    init(_ words: StaticString) { self.words = words }

    var description: String { "\(words)" }
}

/// Reads numbers and runs of bytes, and never beyond their end. The bytes must outlive it.
struct ByteCursor {
    private(set) var next: UnsafePointer<UInt8>
    private(set) var end: UnsafePointer<UInt8>

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        // An empty buffer may have no address.
        let start = bytes.baseAddress ?? UnsafePointer(bitPattern: 1).unsafelyUnwrapped
        next = start
        end = start + bytes.count
    }

    var remaining: Int { end - next }
    var isAtEnd: Bool { next == end }
    var rest: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: next, count: remaining) }

    /// Leaves out so many bytes at the end.
    mutating func cut(_ count: Int) throws(EventDamage) {
        guard count <= remaining else { throw EventDamage("an event is shorter than its checksum") }
        end -= count
    }

    @inline(__always)
    mutating func skip(_ count: Int) throws(EventDamage) {
        guard count >= 0, count <= remaining else { throw EventDamage("an event ends too early") }
        next += count
    }

    @inline(__always)
    mutating func bytes(_ count: Int) throws(EventDamage) -> UnsafeBufferPointer<UInt8> {
        let start = next
        try skip(count)
        return UnsafeBufferPointer(start: start, count: count)
    }

    @inline(__always)
    mutating func byte() throws(EventDamage) -> UInt8 {
        guard next != end else { throw EventDamage("an event ends too early") }
        defer { next += 1 }
        return next.pointee
    }

    /// A little-endian number of fixed width.
    @inline(__always)
    mutating func number<Number: FixedWidthInteger>(_ type: Number.Type = Number.self) throws(EventDamage) -> Number {
        let start = next
        try skip(MemoryLayout<Number>.size)
        return Number(littleEndian: UnsafeRawPointer(start).loadUnaligned(as: Number.self))
    }

    /// A little-endian number of 1 to 8 bytes.
    @inline(__always)
    mutating func littleEndian(_ count: Int) throws(EventDamage) -> UInt64 {
        let start = next
        try skip(count)
        var value: UInt64 = 0
        for index in 0..<min(count, 8) { value |= UInt64(start[index]) << UInt64(8 * index) }
        return value
    }

    /// A big-endian number of 1 to 8 bytes.
    @inline(__always)
    mutating func bigEndian(_ count: Int) throws(EventDamage) -> UInt64 {
        let start = next
        try skip(count)
        var value: UInt64 = 0
        for index in 0..<count { value = value << 8 | UInt64(start[index]) }
        return value
    }

    /// A number with its length in its first byte, at most `limit`.
    mutating func packed(atMost limit: Int) throws(EventDamage) -> Int {
        let first = try byte()
        let value: UInt64
        switch first {
        case 0...250: value = UInt64(first)
        case 252: value = try littleEndian(2)
        case 253: value = try littleEndian(3)
        case 254: value = try littleEndian(8)
        default: throw EventDamage("a length in an event is none")
        }
        guard value <= UInt64(limit) else { throw EventDamage("a length in an event is too large") }
        return Int(value)
    }

    /// A text with its length before it.
    mutating func packedBytes() throws(EventDamage) -> UnsafeBufferPointer<UInt8> {
        try bytes(try packed(atMost: remaining))
    }
}
