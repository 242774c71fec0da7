package import CallbackCore

extension ValueTest {
    /// The alternative as it stands in a pattern, in JSON.
    package var json: JSONValue {
        switch self {
        case .null: nil
        case .bool(let flag): .bool(flag)
        case .string(let text), .address(_, let text): .string(text)
        case .number(let number): number.json
        case .exactly(let text): ["exactly": .string(text)]
        case .prefix(let text): ["prefix": .string(text)]
        case .suffix(let text): ["suffix": .string(text)]
        case .equalsIgnoringCase(let text): ["equals-ignore-case": .string(text.text)]
        case .prefixIgnoringCase(let text): ["prefix": ["equals-ignore-case": .string(text.text)]]
        case .suffixIgnoringCase(let text): ["suffix": ["equals-ignore-case": .string(text.text)]]
        case .wildcard(let text): ["wildcard": .string(text.text)]
        case .numeric(let range): ["numeric": range.json]
        case .cidr(_, let text): ["cidr": .string(text)]
        case .anythingBut(let exclusion): ["anything-but": exclusion.json]
        case .present: ["exists": true]
        case .absent: ["exists": false]
        }
    }
}

extension ValueTest.Exclusion {
    fileprivate var json: JSONValue {
        switch self {
        case .strings(let texts): Self.oneOrAll(texts.map { .string($0) })
        case .numbers(let numbers): Self.oneOrAll(numbers.map(\.json))
        case .prefixes(let texts): ["prefix": Self.oneOrAll(texts.map { .string($0) })]
        case .suffixes(let texts): ["suffix": Self.oneOrAll(texts.map { .string($0) })]
        case .equalsIgnoringCase(let texts): ["equals-ignore-case": Self.oneOrAll(texts.map { .string($0.text) })]
        case .wildcards(let texts): ["wildcard": Self.oneOrAll(texts.map { .string($0.text) })]
        }
    }

    private static func oneOrAll(_ values: [JSONValue]) -> JSONValue {
        values.count == 1 ? values[0] : .array(values)
    }
}

extension ExactNumber {
    fileprivate var json: JSONValue {
        guard let comparable else { return .string(text ?? "") }
        return Int64(exactly: comparable).map { .integer($0) } ?? .double(comparable)
    }
}

extension NumericRange {
    fileprivate var json: JSONValue {
        if let low, low == high { return ["=", Self.json(low)] }
        var words: [JSONValue] = []
        if let low { words += [.string(low.isIncluded ? ">=" : ">"), Self.json(low)] }
        if let high { words += [.string(high.isIncluded ? "<=" : "<"), Self.json(high)] }
        return .array(words)
    }

    private static func json(_ bound: Bound) -> JSONValue { ExactNumber(bound.value).json }
}
