/// The identifiers that the panel gives to what it makes.
enum Guid {
    /// A fresh one (version 4 of RFC 9562), in the lower case that the panel writes.
    ///
    /// Foundation's `UUID()` opens the system's random device for each, which thousands of operations feel.
    static func random() -> String {
        var random = SystemRandomNumberGenerator()
        let high: UInt64 = random.next() & 0xFFFF_FFFF_FFFF_0FFF | 0x4000
        let low: UInt64 = random.next() & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for (half, hyphens) in [(high, [32, 16, 0]), (low, [48])] {
            for shift in stride(from: 60, through: 0, by: -4) {
                text.append(digits[Int(half >> UInt64(shift) & 15)])
                if hyphens.contains(shift) { text.append(UInt8(ascii: "-")) }
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
