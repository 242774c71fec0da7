import CallbackCore

/// One alternative of a pattern's leaf.
package enum ValueTest: Hashable, Sendable {
    case null
    case bool(Bool)
    case string(String)
    /// A text that is an IP address: other ways to write the address are equal to it.
    case address(IPRange, text: String)
    /// `exactly`: a text, also where it looks like an address.
    case exactly(String)
    case number(ExactNumber)
    case prefix(String)
    case suffix(String)
    case equalsIgnoringCase(CaselessText)
    case prefixIgnoringCase(CaselessText)
    case suffixIgnoringCase(CaselessText)
    case wildcard(WildcardText)
    case numeric(NumericRange)
    case cidr(IPRange, text: String)
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
        case suffixes([String])
        case equalsIgnoringCase([CaselessText])
        case wildcards([WildcardText])
    }

    /// Whether the test accepts a scalar. Objects and lists are no leaves: ask for their elements.
    func accepts(_ value: JSONValue) -> Bool {
        switch self {
        case .null: value == .null
        case .bool(let wanted): value == .bool(wanted)
        case .number(let wanted): ExactNumber(value) == wanted
        case .numeric(let range): ExactNumber(value)?.comparable.map(range.contains) ?? false
        case .anythingBut(let exclusion): !exclusion.contains(value)
        case .present: true
        case .absent: false
        default: value.withBytes { accepts($0) } ?? false
        }
    }

    /// Whether the test accepts a string; false where it is not about strings alone.
    func accepts(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        switch self {
        case .string(let wanted), .exactly(let wanted): bytes.elementsEqual(wanted.utf8)
        case .address(let range, _), .cidr(let range, _): IPAddress(bytes).map(range.contains) ?? false
        case .prefix(let wanted): bytes.starts(with: wanted.utf8)
        case .suffix(let wanted): bytes.reversed().starts(with: wanted.utf8.reversed())
        case .equalsIgnoringCase(let wanted): wanted.equals(bytes)
        case .prefixIgnoringCase(let wanted): wanted.isPrefix(of: bytes)
        case .suffixIgnoringCase(let wanted): wanted.isSuffix(of: bytes)
        case .wildcard(let wanted): wanted.accepts(bytes)
        case .null, .bool, .number, .numeric, .anythingBut, .present, .absent: false
        }
    }
}

extension ValueTest.Exclusion {
    func contains(_ value: JSONValue) -> Bool {
        if case .numbers(let numbers) = self {
            guard let number = ExactNumber(value) else { return false }
            return numbers.contains(number)
        }
        return value.withBytes { contains($0) } ?? false
    }

    /// Whether a string is left out; false for a list of numbers.
    func contains(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        switch self {
        case .strings(let texts): texts.contains { bytes.elementsEqual($0.utf8) }
        case .numbers: false
        case .prefixes(let texts): texts.contains { bytes.starts(with: $0.utf8) }
        case .suffixes(let texts): texts.contains { bytes.reversed().starts(with: $0.utf8.reversed()) }
        case .equalsIgnoringCase(let texts): texts.contains { $0.equals(bytes) }
        case .wildcards(let texts): texts.contains { $0.accepts(bytes) }
        }
    }
}

extension JSONValue {
    /// The bytes of a text; nil where the value is none. Swift's own `==` takes é for e followed by an accent, JSON
    /// does not: patterns compare bytes.
    fileprivate func withBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result? {
        guard case .string(var text) = self else { return nil }
        return text.withUTF8(body)
    }
}
