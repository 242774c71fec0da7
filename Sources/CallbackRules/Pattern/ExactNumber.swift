import CallbackCore

/// A JSON number as patterns compare it: 300, 300.0 and 3.0e2 are one number, 300 and "300" are not.
package struct ExactNumber: Hashable, Sendable {
    /// The number for `numeric`; nil where a double would not hold it as it was written.
    package let comparable: Double?
    /// The number as written, where only an equal text equals it.
    package let text: String?

    /// Whole numbers up to here are all doubles.
    static let exactLimit: UInt64 = 1 << 53

    package init(_ number: Int64) {
        if number.magnitude <= Self.exactLimit {
            self.init(comparable: Double(number), text: nil)
        } else {
            self.init(text: String(number))
        }
    }

    /// - Parameter number: finite.
    package init(_ number: Double) { self.init(comparable: number == 0 ? 0 : number, text: nil) }

    /// A number as it stands in a JSON text.
    package init(text: String) {
        let comparable = DecimalText.comparable(text)
        self.init(comparable: comparable, text: comparable == nil ? text : nil)
    }

    private init(comparable: Double?, text: String?) {
        self.comparable = comparable
        self.text = text
    }

    /// Nil where the value is no number.
    init?(_ value: JSONValue) {
        switch value {
        case .integer(let number): self.init(number)
        case .double(let number): self.init(number)
        default: return nil
        }
    }
}
