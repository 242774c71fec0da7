import CMariaDB

/// Undoes MariaDB's compression of events, into a buffer that is used again.
final class Inflater {
    /// As large as an event of the server's may be.
    static let largest = 1 << 30
    /// A buffer beyond this is given back when the next event is small again.
    private static let kept = 1 << 20

    private var buffer: UnsafeMutableBufferPointer<UInt8> = .allocate(capacity: 4096)

    deinit { buffer.deallocate() }

    /// - Returns: bytes that are valid until the next call.
    func inflate(_ bytes: UnsafeBufferPointer<UInt8>) throws(EventDamage) -> UnsafeBufferPointer<UInt8> {
        var cursor = ByteCursor(bytes)
        let first = try cursor.byte()
        // The highest bit is always set; three bits name the algorithm, of which there is one: zlib.
        guard first & 0xF0 == 0x80 else { throw EventDamage("an event is compressed in an unknown way") }
        let width = Int(first & 0x07)
        guard (1...4).contains(width) else { throw EventDamage("a compressed event does not say its length") }
        let length = Int(try cursor.bigEndian(width))
        guard length <= Self.largest else { throw EventDamage("a compressed event is too large") }
        reserve(length)
        var produced = uLongf(length)
        let rest = cursor.rest
        let code = uncompress(buffer.baseAddress, &produced, rest.baseAddress, uLong(rest.count))
        guard code == Z_OK, Int(produced) == length else {
            throw EventDamage("a compressed event cannot be decompressed")
        }
        return UnsafeBufferPointer(rebasing: buffer[..<length])
    }

    private func reserve(_ length: Int) {
        guard length > buffer.count || (buffer.count > Self.kept && length <= Self.kept) else { return }
        buffer.deallocate()
        buffer = .allocate(capacity: max(length, 4096))
    }
}
