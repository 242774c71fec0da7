/// Puts the fields of a frame one after the other.
struct WireWriter {
    private var buffer: [UInt8]

    static func frame(_ kind: HookFrame.Kind, _ fields: (inout WireWriter) -> Void) -> [UInt8] {
        var writer = WireWriter(buffer: [0, 0, 0, 0, kind.rawValue])
        fields(&writer)
        let length = UInt32(clamping: writer.buffer.count - 4)
        for offset in 0..<4 { writer.buffer[offset] = UInt8(truncatingIfNeeded: length >> (8 * UInt32(offset))) }
        return writer.buffer
    }

    mutating func integer(_ number: some FixedWidthInteger) {
        withUnsafeBytes(of: number.littleEndian) { buffer.append(contentsOf: $0) }
    }

    mutating func duration(_ duration: Duration) { integer(duration.nanosecondsClamped) }

    mutating func text(_ words: String) {
        integer(UInt32(clamping: words.utf8.count))
        buffer.append(contentsOf: words.utf8)
    }

    mutating func bytes(_ bytes: [UInt8]) {
        buffer.append(contentsOf: bytes)
    }
}

extension Duration {
    /// Whole nanoseconds; what does not fit (292 years) is cut.
    package var nanosecondsClamped: Int64 {
        let (seconds, attoseconds) = components
        let (scaled, tooLong) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, over) = scaled.addingReportingOverflow(attoseconds / 1_000_000_000)
        return tooLong || over ? (seconds < 0 ? .min : .max) : sum
    }
}
