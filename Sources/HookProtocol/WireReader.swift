/// Takes the fields of a frame one after the other.
struct WireReader {
    private let bytes: [UInt8]
    private var position = HookFrame.headerLength

    init(_ frame: HookFrame) { bytes = frame.bytes }

    mutating func integer<Number: FixedWidthInteger>(_: Number.Type) throws(WireError) -> Number {
        let size = Number.bitWidth / 8
        guard bytes.count - position >= size else { throw WireError("a message that ends too early") }
        var number: Number = 0
        for offset in (0..<size).reversed() {
            number = (size == 1 ? 0 : number << 8) | Number(truncatingIfNeeded: bytes[position + offset])
        }
        position += size
        return number
    }

    mutating func duration() throws(WireError) -> Duration {
        .nanoseconds(try integer(Int64.self))
    }

    mutating func text() throws(WireError) -> String {
        let count = Int(try integer(UInt32.self))
        guard bytes.count - position >= count else { throw WireError("a message that ends too early") }
        defer { position += count }
        return String(decoding: bytes[position..<position + count], as: UTF8.self)
    }

    mutating func rest() -> [UInt8] {
        defer { position = bytes.count }
        return Array(bytes[position...])
    }
}
