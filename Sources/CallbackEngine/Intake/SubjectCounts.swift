/// Counts how often each of any number of subjects occurs, in a fixed piece of memory: a count-min sketch with
/// conservative update (Cormode and Muthukrishnan 2005; Estan and Varghese 2002).
///
/// A count is never too small. It is too large only where each of four slots is shared with more frequent subjects.
struct SubjectCounts {
    private static let rows = 4
    private static let width = 1 << 16

    private var slots = [UInt32](repeating: 0, count: rows * width)
    private var isClear = true

    /// Counts a subject once more.
    /// - Returns: how often it has occurred since the last `clear`, this time included.
    mutating func add(_ subject: some StringProtocol, of source: some StringProtocol) -> Int {
        isClear = false
        let hash = Self.hash(source, subject)
        var least = UInt32.max
        for row in 0..<Self.rows { least = min(least, slots[Self.slot(hash, row)]) }
        let count = least == .max ? least : least + 1
        for row in 0..<Self.rows {
            let slot = Self.slot(hash, row)
            slots[slot] = max(slots[slot], count)
        }
        return Int(count)
    }

    mutating func clear() {
        guard !isClear else { return }
        for slot in slots.indices { slots[slot] = 0 }
        isClear = true
    }

    private static func slot(_ hash: UInt64, _ row: Int) -> Int {
        row * width + Int((hash >> (16 * UInt64(row))) & 0xFFFF)
    }

    /// FNV-1a, mixed so that each 16 bits are as good as the others.
    private static func hash(_ source: some StringProtocol, _ subject: some StringProtocol) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in source.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        hash = (hash ^ 0xFF) &* 0x0000_0100_0000_01B3
        for byte in subject.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        hash = (hash ^ (hash >> 31)) &* 0x9E37_79B9_7F4A_7C15
        return hash ^ (hash >> 29)
    }
}
