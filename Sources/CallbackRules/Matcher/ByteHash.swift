import CScan

/// The hashes by which gates are found. They decide nothing: what is found is compared as well.
enum ByteHash {
    private static let first: UInt64 = 0x9E37_79B9_7F4A_7C15
    private static let second: UInt64 = 0xD6E8_FEB8_6659_FD93

    /// One step of mixing: the two halves of a product of 128 bits.
    @inline(__always)
    static func mix(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: right)
        return product.high ^ product.low
    }

    /// - Parameter bytes: at least 8 readable bytes must follow the last one.
    @inline(__always)
    static func hash(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> UInt64 {
        var hash = begin(count)
        var position = 0
        while count &- position > 8 {
            hash = step(hash, cscan_load64(bytes + position))
            position &+= 8
        }
        return finish(hash, head(bytes + position, count &- position))
    }

    // The hash of a text in pieces: words of 8 bytes as long as more than 8 are left, and the last word.

    @inline(__always)
    static func begin(_ count: Int) -> UInt64 { UInt64(truncatingIfNeeded: count) &* first }

    @inline(__always)
    static func step(_ hash: UInt64, _ word: UInt64) -> UInt64 { mix(hash ^ word, second) }

    @inline(__always)
    static func finish(_ hash: UInt64, _ word: UInt64) -> UInt64 { mix(hash ^ word, second ^ first) }

    /// The hash of a text with its capital letters made small; nil where it is not ASCII.
    @inline(__always)
    static func foldedHash(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> UInt64? {
        var hash = begin(count)
        var position = 0
        var seen: UInt64 = 0
        while count &- position > 8 {
            let word = cscan_load64(bytes + position)
            seen |= word
            hash = step(hash, fold(word))
            position &+= 8
        }
        let word = head(bytes + position, count &- position)
        guard (seen | word) & 0x8080_8080_8080_8080 == 0 else { return nil }
        return finish(hash, fold(word))
    }

    /// Eight ASCII letters at once: each byte's high bit says whether it is a capital.
    @inline(__always)
    static func fold(_ word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let fromA = word &+ ones &* UInt64(0x80 - 0x41)
        let beyondZ = word &+ ones &* UInt64(0x80 - 0x5B)
        let capitals = (fromA ^ beyondZ) & (ones &* 0x80)
        return word | capitals &>> 2
    }

    /// Up to 8 bytes as a number, the missing ones being zero.
    @inline(__always)
    static func head(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> UInt64 {
        let word = cscan_load64(bytes)
        return count >= 8 ? word : word & ((UInt64(1) &<< (UInt64(truncatingIfNeeded: count) &* 8)) &- 1)
    }

    static func hash(_ bytes: [UInt8]) -> UInt64 { bytes.withUnsafeBufferPointer { hash(copying: $0) } }

    static func hash(_ text: String) -> UInt64 {
        var text = text
        return text.withUTF8 { hash(copying: $0) }
    }

    /// Behind these bytes nothing may be readable.
    private static func hash(copying bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: bytes.count + 8) { room in
            guard let start = room.baseAddress else { return 0 }
            (start + bytes.count).initialize(repeating: 0, count: 8)
            if let first = bytes.baseAddress { start.update(from: first, count: bytes.count) }
            return hash(start, bytes.count)
        }
    }

    @inline(__always)
    static func hash(_ number: Double) -> UInt64 { mix(number.bitPattern ^ first, second) }

    @inline(__always)
    static func hash(_ address: IPAddress, bits: Int) -> UInt64 {
        let version: UInt64 = address.isVersion4 ? 4 : 6
        return mix(address.low ^ (UInt64(truncatingIfNeeded: bits) &<< 8 | version) &* first, address.high ^ second)
    }
}
