import CallbackCore

/// One alternative of a pattern's leaf.
package enum ValueTest: Hashable, Sendable {
    case null
    case bool(Bool)
    case string(String)
    case number(ExactNumber)
    case prefix(String)
    case numeric(NumericRange)
    case anythingBut(Exclusion)
    /// `exists: true`.
    case present
    /// `exists: false`.
    case absent

    /// What `anything-but` leaves out. A value of another type than the ones listed is never left out.
    package enum Exclusion: Hashable, Sendable {
        case strings([String])
        case numbers([ExactNumber])
        case prefixes([String])
    }

    /// Whether the test accepts a scalar. Objects and lists are no leaves: ask for their elements.
    func accepts(_ value: JSONValue) -> Bool {
        switch self {
        case .null: value == .null
        case .bool(let wanted): value == .bool(wanted)
        case .string(let wanted): value.string.map { $0.hasSameBytes(as: wanted) } ?? false
        case .number(let wanted): ExactNumber(value).map { $0.equals(wanted) } ?? false
        case .prefix(let wanted): value.string.map { $0.utf8.starts(with: wanted.utf8) } ?? false
        case .numeric(let range): ExactNumber(value)?.comparable.map(range.contains) ?? false
        case .anythingBut(let exclusion): !exclusion.contains(value)
        case .present: true
        case .absent: false
        }
    }
}

extension ValueTest.Exclusion {
    func contains(_ value: JSONValue) -> Bool {
        switch self {
        case .strings(let texts):
            guard let text = value.string else { return false }
            return texts.contains { $0.hasSameBytes(as: text) }
        case .numbers(let numbers):
            guard let number = ExactNumber(value) else { return false }
            return numbers.contains { $0.equals(number) }
        case .prefixes(let prefixes):
            guard let text = value.string else { return false }
            return prefixes.contains { text.utf8.starts(with: $0.utf8) }
        }
    }
}

extension String {
    /// Byte by byte: Swift's own `==` takes é for e followed by an accent, JSON does not.
    func hasSameBytes(as other: String) -> Bool {
        self == other && utf8.elementsEqual(other.utf8)
    }
}
