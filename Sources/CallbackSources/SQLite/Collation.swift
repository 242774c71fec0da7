import CallbackRows

/// How SQLite compares the texts of a unique key. Only its own three are known here.
enum Collation: String, Sendable {
    case binary = "BINARY"
    case nocase = "NOCASE"
    case rtrim = "RTRIM"

    /// Whether a unique index takes both as the same. NULL is never the same as anything.
    func areEqual(_ left: RowValue, _ right: RowValue) -> Bool {
        switch (left, right) {
        case (.null, _), (_, .null): false
        case (.integer(let whole), .real(let fraction)), (.real(let fraction), .integer(let whole)):
            Int64(exactly: fraction) == whole
        case (.real(let left), .real(let right)): left == right
        case (.text(let left), .text(let right)): areEqual(left.utf8, right.utf8)
        case (.brokenText(let left), .brokenText(let right)): areEqual(left, right)
        default: left.isSame(as: right)
        }
    }

    private func areEqual(_ left: some BidirectionalCollection<UInt8>, _ right: some BidirectionalCollection<UInt8>)
        -> Bool
    {
        switch self {
        case .binary: left.elementsEqual(right)
        case .nocase: left.elementsEqual(right) { Self.lowercased($0) == Self.lowercased($1) }
        case .rtrim: Self.trimmed(left).elementsEqual(Self.trimmed(right))
        }
    }

    /// Only the letters of ASCII have two cases for SQLite.
    private static func lowercased(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }

    private static func trimmed<Bytes: BidirectionalCollection<UInt8>>(_ bytes: Bytes) -> Bytes.SubSequence {
        var end = bytes.endIndex
        while end > bytes.startIndex, bytes[bytes.index(before: end)] == 0x20 { end = bytes.index(before: end) }
        return bytes[..<end]
    }
}
