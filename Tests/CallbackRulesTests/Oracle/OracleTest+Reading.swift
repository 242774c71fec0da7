extension OracleTest {
    /// Reads one alternative of a clause.
    static func read(_ value: TextJSON) throws -> OracleTest {
        switch value {
        case .null: return .null
        case .bool(let flag): return .bool(flag)
        case .number(let text): return .number(text, OracleNumber.comparable(text))
        case .string(let text): return .string(text, address: OracleAddress.parse(text))
        case .array: throw Refusal("list")
        case .object(let members):
            guard members.count == 1 else { throw Refusal("operators") }
            return try operation(String(decoding: members[0].key, as: UTF8.self), members[0].value)
        }
    }

    private static func operation(_ name: String, _ value: TextJSON) throws -> OracleTest {
        switch name {
        case "exactly": return .exactly(try text(value))
        case "prefix":
            if let inner = try ignoringCase(value) { return .prefixIgnoringCase(inner) }
            return .prefix(try text(value))
        case "suffix":
            if let inner = try ignoringCase(value) { return .suffixIgnoringCase(inner) }
            return .suffix(try text(value))
        case "equals-ignore-case": return .equalsIgnoringCase(OracleText.forms(try text(value)))
        case "wildcard": return .wildcard(try OracleText.glob(try text(value)))
        case "exists":
            guard case .bool(let flag) = value else { throw Refusal("exists") }
            return flag ? .present : .absent
        case "cidr":
            guard let network = OracleAddress.Network(try text(value)) else { throw Refusal("cidr") }
            return .cidr(network)
        case "numeric": return .numeric(try bounds(value))
        case "anything-but": return .anythingBut(try excluded(value))
        default: throw Refusal("operator")
        }
    }

    private static func text(_ value: TextJSON) throws -> [UInt8] {
        guard case .string(let text) = value else { throw Refusal("text") }
        return text
    }

    /// The text of `{"equals-ignore-case": text}`; nil where the value is no object.
    private static func ignoringCase(_ value: TextJSON) throws -> [OracleText.Forms]? {
        guard case .object(let members) = value else { return nil }
        guard members.count == 1, members[0].key == Array("equals-ignore-case".utf8) else {
            throw Refusal("operator")
        }
        return OracleText.forms(try text(members[0].value))
    }

    // MARK: numeric

    private static func bounds(_ value: TextJSON) throws -> [Bound] {
        guard case .array(let words) = value else { throw Refusal("numeric") }
        guard words.count == 2 || words.count == 4 else { throw Refusal("numeric") }
        let first = try bound(words[0], words[1], among: ["<", "<=", "=", ">=", ">"])
        if words.count == 2 { return [first] }
        guard first.comparison == ">" || first.comparison == ">=" else { throw Refusal("numeric") }
        let second = try bound(words[2], words[3], among: ["<", "<="])
        guard first.value < second.value else { throw Refusal("range") }
        return [first, second]
    }

    private static func bound(_ word: TextJSON, _ value: TextJSON, among allowed: [String]) throws -> Bound {
        guard case .string(let comparison) = word, case .number(let text) = value else { throw Refusal("numeric") }
        let name = String(decoding: comparison, as: UTF8.self)
        guard allowed.contains(name) else { throw Refusal("numeric") }
        guard let number = OracleNumber.comparable(text) else { throw Refusal("number") }
        return Bound(comparison: name, value: number)
    }

    // MARK: anything-but

    private static func excluded(_ value: TextJSON) throws -> [OracleTest] {
        switch value {
        case .string, .number: return [try excludedValue(value)]
        case .array(let values):
            guard !values.isEmpty else { throw Refusal("empty") }
            let tests = try values.map(excludedValue)
            let numbers = values.filter { if case .number = $0 { true } else { false } }
            guard numbers.isEmpty || numbers.count == values.count else { throw Refusal("mixed") }
            return tests
        case .object(let members):
            guard members.count == 1 else { throw Refusal("operators") }
            return try excludedTexts(String(decoding: members[0].key, as: UTF8.self), members[0].value)
        case .null, .bool: throw Refusal("anything-but")
        }
    }

    /// Excluded strings are compared as text even where they look like addresses. Numbers that cannot be compared are
    /// refused.
    private static func excludedValue(_ value: TextJSON) throws -> OracleTest {
        switch value {
        case .string(let text): return .exactly(text)
        case .number(let text):
            guard let number = OracleNumber.comparable(text) else { throw Refusal("number") }
            return .number(text, number)
        default: throw Refusal("anything-but")
        }
    }

    private static func excludedTexts(_ name: String, _ value: TextJSON) throws -> [OracleTest] {
        let values: [TextJSON]
        if case .array(let elements) = value { values = elements } else { values = [value] }
        guard !values.isEmpty else { throw Refusal("empty") }
        let texts = try values.map(text)
        switch name {
        case "prefix", "suffix":
            guard !texts.contains([]) else { throw Refusal("empty") }
            return texts.map { name == "prefix" ? .prefix($0) : .suffix($0) }
        case "equals-ignore-case": return texts.map { .equalsIgnoringCase(OracleText.forms($0)) }
        case "wildcard": return try texts.map { .wildcard(try OracleText.glob($0)) }
        default: throw Refusal("operator")
        }
    }
}
