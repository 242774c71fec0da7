import CMariaDB
import CallbackRows

/// A value of a column with the attribute COMPRESSED: a byte that says how, the length without compression, the rest.
enum CompressedColumn {
    /// - Parameter coding: nil for bytes.
    static func value(
        _ bytes: UnsafeBufferPointer<UInt8>,
        _ coding: CharacterCoding?
    ) throws(EventDamage) -> RowValue {
        guard !bytes.isEmpty else { return value(plain: bytes, coding) }
        var cursor = ByteCursor(bytes)
        let header = try cursor.byte()
        // Too short to be worth it.
        if header == 0 { return value(plain: cursor.rest, coding) }
        guard header >> 4 == 8 else { throw EventDamage("a column is compressed in an unknown way") }
        let width = Int(header & 0x07)
        guard (1...4).contains(width) else { throw EventDamage("a compressed value does not say its length") }
        let length = Int(try cursor.bigEndian(width))
        guard length <= Inflater.largest else { throw EventDamage("a compressed value is too large") }
        let buffer = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: max(length, 1))
        defer { buffer.deallocate() }
        try inflate(cursor.rest, into: buffer, length: length, hasFrame: header & 0x08 == 0)
        return value(plain: UnsafeBufferPointer(rebasing: buffer[..<length]), coding)
    }

    private static func value(plain: UnsafeBufferPointer<UInt8>, _ coding: CharacterCoding?) -> RowValue {
        if let coding { return coding.value(plain) }
        return plain.count <= LargeValue.limit ? .blob(Array(plain)) : .large(LargeValue(plain, isText: false))
    }

    /// - Parameter hasFrame: whether zlib's own header and checksum are there.
    private static func inflate(
        _ bytes: UnsafeBufferPointer<UInt8>,
        into buffer: UnsafeMutableBufferPointer<UInt8>,
        length: Int,
        hasFrame: Bool
    ) throws(EventDamage) {
        var stream = z_stream()
        let size = Int32(MemoryLayout<z_stream>.size)
        guard inflateInit2_(&stream, hasFrame ? MAX_WBITS : -MAX_WBITS, ZLIB_VERSION, size) == Z_OK else {
            throw EventDamage("there is no memory to decompress a value")
        }
        defer { inflateEnd(&stream) }
        stream.next_in = UnsafeMutablePointer(mutating: bytes.baseAddress)
        stream.avail_in = uInt(bytes.count)
        stream.next_out = buffer.baseAddress
        stream.avail_out = uInt(length)
        guard CMariaDB.inflate(&stream, Z_FINISH) == Z_STREAM_END, stream.avail_out == 0 else {
            throw EventDamage("a compressed value cannot be decompressed")
        }
    }
}
