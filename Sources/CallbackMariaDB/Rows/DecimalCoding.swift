/// DECIMAL as MariaDB packs it: groups of nine digits in four bytes, the rest in as many as they need; all bytes are
/// turned over where the number is negative, and the first bit then is.
struct DecimalCoding {
    /// Bytes that so many digits take.
    private static let width = [0, 1, 1, 2, 2, 3, 3, 4, 4, 4]

    let scale: Int
    private let wholeDigits: Int
    /// Bytes of a value.
    let length: Int

    /// - Throws: `EventDamage` where there is no such DECIMAL.
    init(precision: Int, scale: Int) throws(EventDamage) {
        guard (1...65).contains(precision), (0...min(38, precision)).contains(scale) else {
            throw EventDamage("a DECIMAL column has an impossible precision")
        }
        self.scale = scale
        wholeDigits = precision - scale
        length =
            wholeDigits / 9 * 4 + Self.width[wholeDigits % 9] + scale / 9 * 4 + Self.width[scale % 9]
    }

    /// The number as the server prints it, with every digit of its scale.
    func text(_ bytes: UnsafeBufferPointer<UInt8>) throws(EventDamage) -> String {
        let isNegative = bytes[0] & 0x80 == 0
        let mask: UInt8 = isNegative ? 0xFF : 0
        return try withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 80) { text throws(EventDamage) -> String in
            var count = 0
            var place = 0
            func group(_ width: Int) -> UInt32 {
                var value: UInt32 = 0
                for _ in 0..<width {
                    var byte = bytes[place] ^ mask
                    if place == 0 { byte ^= 0x80 }
                    value = value << 8 | UInt32(byte)
                    place += 1
                }
                return value
            }
            /// - Returns: false where the number has more digits than its place.
            func put(_ number: UInt32, digits: Int) -> Bool {
                var number = number
                for index in stride(from: count + digits - 1, through: count, by: -1) {
                    text[index] = UInt8(ascii: "0") + UInt8(number % 10)
                    number /= 10
                }
                count += digits
                return number == 0
            }
            if isNegative {
                text[0] = UInt8(ascii: "-")
                count = 1
            }
            let start = count
            var isWhole = put(group(Self.width[wholeDigits % 9]), digits: wholeDigits % 9)
            for _ in 0..<(wholeDigits / 9) { isWhole = put(group(4), digits: 9) && isWhole }
            // Zeros at the front are not printed, but for the last one.
            var first = start
            while first < count - 1, text[first] == UInt8(ascii: "0") { first += 1 }
            if first == count {
                text[count] = UInt8(ascii: "0")
                count += 1
            } else if first > start {
                for index in first..<count { text[start + index - first] = text[index] }
                count -= first - start
            }
            if scale > 0 {
                text[count] = UInt8(ascii: ".")
                count += 1
                for _ in 0..<(scale / 9) { isWhole = put(group(4), digits: 9) && isWhole }
                isWhole = put(group(Self.width[scale % 9]), digits: scale % 9) && isWhole
            }
            guard isWhole else { throw EventDamage("a DECIMAL value is none") }
            return String(decoding: UnsafeBufferPointer(rebasing: text[..<count]), as: UTF8.self)
        }
    }
}
