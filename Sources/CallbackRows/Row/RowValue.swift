/// A value of a row, with the type that its database gave it.
package enum RowValue: Sendable {
    case null
    case integer(Int64)
    /// A whole number above what 64 bits hold with a sign; smaller ones are always `integer`.
    case unsigned(UInt64)
    case real(Double)
    case text(String)
    case blob([UInt8])
    /// A text that is not valid UTF-8.
    case brokenText([UInt8])
    /// A text or blob that is too large for any event.
    case large(LargeValue)

    package init(unsigned number: UInt64) {
        self = Int64(exactly: number).map { .integer($0) } ?? .unsigned(number)
    }

    package var text: String? {
        guard case .text(let text) = self else { return nil }
        return text
    }

    package var integer: Int64? {
        guard case .integer(let number) = self else { return nil }
        return number
    }

    package var isNull: Bool {
        if case .null = self { true } else { false }
    }

    /// How many bytes the value takes in an event, roughly.
    package var weight: Int {
        switch self {
        case .null, .integer, .unsigned, .real: 8
        case .text(let text): text.utf8.count
        case .blob(let bytes), .brokenText(let bytes): bytes.count * 4 / 3
        case .large(let value): value.count
        }
    }

    /// Whether both are the same type and the same bytes. (Swift takes texts as equal that merely look equal.)
    package func isSame(as other: RowValue) -> Bool {
        switch (self, other) {
        case (.null, .null): true
        case (.integer(let left), .integer(let right)): left == right
        case (.unsigned(let left), .unsigned(let right)): left == right
        case (.real(let left), .real(let right)): left.bitPattern == right.bitPattern
        case (.text(let left), .text(let right)): left.utf8.elementsEqual(right.utf8)
        case (.blob(let left), .blob(let right)): left == right
        case (.brokenText(let left), .brokenText(let right)): left == right
        case (.large(let left), .large(let right)): left == right
        default: false
        }
    }
}

/// What is kept of a value that is too large: enough to see whether it changed.
package struct LargeValue: Hashable, Sendable {
    package let count: Int
    package let isText: Bool
    private let digest: UInt64

    package init(_ bytes: UnsafeBufferPointer<UInt8>, isText: Bool) {
        count = bytes.count
        self.isText = isText
        var digest: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in bytes { digest = (digest ^ UInt64(byte)) &* 0x100_0000_01B3 }
        self.digest = digest
    }

    /// - Parameter hash: stands for the bytes: equal where they are.
    package init(count: Int, isText: Bool, hash: UnsafeBufferPointer<UInt8>) {
        let own = LargeValue(hash, isText: isText)
        self.count = count
        self.isText = isText
        digest = own.digest
    }
}
