import CallbackCore

/// A JSON number as patterns compare it: 300, 300.0 and 3.0e2 are one number, 300 and "300" are not.
package struct ExactNumber: Hashable, Sendable {
    /// Where the number is a whole one that every digit of is known.
    let integer: Int64?
    /// The number for `numeric`; nil where a double would not hold it as it was written.
    let comparable: Double?

    /// Whole numbers up to here are all doubles.
    private static let exactLimit: Int64 = 1 << 53

    package init(_ number: Int64) {
        integer = number
        comparable = Self.comparable(number)
    }

    package init(_ number: Double) {
        let whole = Int64(exactly: number)
        integer = whole.flatMap { $0.magnitude <= Self.exactLimit.magnitude ? $0 : nil }
        comparable = number
    }

    /// Nil where the value is no number.
    init?(_ value: JSONValue) {
        switch value {
        case .integer(let number): self.init(number)
        case .double(let number): self.init(number)
        default: return nil
        }
    }

    func equals(_ other: ExactNumber) -> Bool {
        if let integer, let other = other.integer { return integer == other }
        guard let comparable, let other = other.comparable else { return false }
        return comparable == other
    }

    /// Beyond 2⁵³ a whole number counts as a double only where its digits are that double's own shortest ones:
    /// a customer number of 19 digits must not equal its neighbour.
    private static func comparable(_ number: Int64) -> Double? {
        if number.magnitude <= exactLimit.magnitude { return Double(number) }
        let double = Double(number)
        // Such as 1.152921504606847e+18.
        let parts = double.magnitude.description.split(separator: "e")
        let digits = parts[0].filter { $0 != "." }
        guard parts.count == 2, let exponent = Int(parts[1]) else {
            return Int64(exactly: double) == number ? double : nil
        }
        let zeros = exponent + 1 - digits.count
        guard zeros >= 0 else { return nil }
        return digits + String(repeating: "0", count: zeros) == String(number.magnitude) ? double : nil
    }
}

/// A range of numbers with one or two bounds.
package struct NumericRange: Hashable, Sendable {
    package struct Bound: Hashable, Sendable {
        package let value: Double
        package let isIncluded: Bool

        package init(_ value: Double, isIncluded: Bool) {
            self.value = value
            self.isIncluded = isIncluded
        }
    }

    package let low: Bound?
    package let high: Bound?

    package init(low: Bound?, high: Bound?) {
        self.low = low
        self.high = high
    }

    func contains(_ number: Double) -> Bool {
        if let low, number < low.value || (number == low.value && !low.isIncluded) { return false }
        if let high, number > high.value || (number == high.value && !high.isIncluded) { return false }
        return true
    }
}
