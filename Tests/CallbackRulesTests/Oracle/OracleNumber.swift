/// Numbers as patterns compare them.
enum OracleNumber {
    /// The number that a text stands for, if it can be compared: its decimal value must be exactly the shortest decimal
    /// form of a double. 300, 300.0 and 3.0e2 are one number; 9007199254740993, 1e400 and 1e-400 are none.
    static func comparable(_ text: [UInt8]) -> Double? {
        guard let wanted = Decimal(text) else { return nil }
        if wanted.digits.isEmpty { return 0 }
        guard let double = Double(String(decoding: text, as: UTF8.self)), double.isFinite else { return nil }
        return Decimal(Array(double.description.utf8)) == wanted ? double : nil
    }

    /// Digits without zeros at either end, and the power of ten of the last one.
    private struct Decimal: Equatable {
        var isNegative = false
        var digits: [UInt8] = []
        var exponent = 0

        init?(_ text: [UInt8]) {
            var isFraction = false
            for (index, byte) in text.enumerated() {
                if byte == UInt8(ascii: "-") {
                    isNegative = true
                } else if byte == UInt8(ascii: ".") {
                    isFraction = true
                } else if byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E") {
                    let written = Int(String(decoding: text[(index + 1)...], as: UTF8.self))
                    guard let written, written.magnitude < 1_000_000_000 else {
                        // Zero stays zero whatever the exponent.
                        guard !digits.contains(where: { $0 != UInt8(ascii: "0") }) else { return nil }
                        break
                    }
                    exponent += written
                    break
                } else {
                    digits.append(byte)
                    if isFraction { exponent -= 1 }
                }
            }
            digits = Array(digits.drop { $0 == UInt8(ascii: "0") })
            while digits.last == UInt8(ascii: "0") {
                digits.removeLast()
                exponent += 1
            }
            if digits.isEmpty {
                isNegative = false
                exponent = 0
            }
        }
    }
}
