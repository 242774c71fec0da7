import CallbackCore

/// Reads the text of a JSON number the way patterns compare numbers.
enum DecimalText {
    /// The number where a double holds exactly what was written, in the sense that the double's own shortest digits are
    /// the digits of the text; nil otherwise. Up to 15 significant digits always do.
    ///
    /// A customer number of 19 digits must not equal its neighbour, which the nearest double would be for both.
    /// - Parameter text: a JSON number; anything else gives a meaningless answer.
    static func comparable(_ text: UnsafeBufferPointer<UInt8>) -> Double? {
        short(text) ?? any(text)
    }

    /// Most numbers have few digits and no exponent: both the digits and the power of ten are doubles then.
    @inline(__always)
    private static func short(_ text: UnsafeBufferPointer<UInt8>) -> Double? {
        guard text.count <= 16 else { return nil }
        var digits: UInt64 = 0
        var fraction = -1
        let isNegative = text.first == UInt8(ascii: "-")
        for index in (isNegative ? 1 : 0)..<text.count {
            let digit = text[index] &- UInt8(ascii: "0")
            if digit < 10 {
                digits = digits &* 10 &+ UInt64(digit)
                if fraction >= 0 { fraction &+= 1 }
            } else if text[index] == UInt8(ascii: "."), fraction < 0 {
                fraction = 0
            } else {
                return nil
            }
        }
        guard digits < 1_000_000_000_000_000 else { return nil }
        let magnitude = fraction > 0 ? Double(digits) / Decimal.powers[fraction] : Double(digits)
        return isNegative && digits > 0 ? -magnitude : magnitude
    }

    private static func any(_ text: UnsafeBufferPointer<UInt8>) -> Double? {
        guard let decimal = Decimal(text) else { return nil }
        if let value = decimal.exact { return value }
        guard let nearest = Double(String(decoding: text, as: UTF8.self)), nearest.isFinite, nearest != 0 else {
            return nil
        }
        return shortest(nearest) == decimal ? nearest : nil
    }

    static func comparable(_ text: String) -> Double? {
        var text = text
        return text.withUTF8 { comparable($0) }
    }

    private static func shortest(_ number: Double) -> Decimal? {
        var text = number.description
        return text.withUTF8 { Decimal($0) }
    }

    /// Significant digits and the power of ten behind them, without zeros at either end.
    private struct Decimal: Equatable {
        static let powers: [Double] = [
            1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
            1e20, 1e21, 1e22,
        ]
        /// No double has more in its shortest form.
        private static let mostDigits = 17

        var isNegative = false
        var digits: UInt64 = 0
        var count = 0
        var exponent = 0

        /// Nil where there are more digits than any double has.
        init?(_ text: UnsafeBufferPointer<UInt8>) {
            var zeros = 0
            var isFraction = false
            var index = 0
            if text.first == UInt8(ascii: "-") {
                isNegative = true
                index = 1
            }
            while index < text.count {
                let byte = text[index]
                index += 1
                if byte == UInt8(ascii: ".") {
                    isFraction = true
                    continue
                }
                if byte | 0x20 == UInt8(ascii: "e") { break }
                if isFraction { exponent -= 1 }
                if byte == UInt8(ascii: "0") {
                    if count > 0 { zeros += 1 }
                    continue
                }
                guard count + zeros < Self.mostDigits else { return nil }
                for _ in 0...zeros { digits &*= 10 }
                count += zeros + 1
                zeros = 0
                digits &+= UInt64(byte &- UInt8(ascii: "0"))
            }
            exponent += zeros
            if index < text.count { exponent += Self.exponent(UnsafeBufferPointer(rebasing: text[index...])) }
            guard count == 0 else { return }
            exponent = 0
            isNegative = false
        }

        /// The double where two exact ones and one operation give it.
        var exact: Double? {
            if count == 0 { return 0 }
            guard count <= 15, exponent.magnitude <= 22 else { return nil }
            let power = Self.powers[Int(exponent.magnitude)]
            let magnitude = exponent < 0 ? Double(digits) / power : Double(digits) * power
            return isNegative ? -magnitude : magnitude
        }

        /// Clamped: what is beyond is no double either way.
        private static func exponent(_ text: UnsafeBufferPointer<UInt8>) -> Int {
            var value = 0
            for byte in text where byte &- UInt8(ascii: "0") < 10 && value < 100_000 {
                value = value * 10 + Int(byte - UInt8(ascii: "0"))
            }
            return text.first == UInt8(ascii: "-") ? -value : value
        }
    }
}
