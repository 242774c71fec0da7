import CallbackTestKit

/// Random events, and patterns that have a fair chance to match them. One seed brings all of them back.
struct PairGenerator {
    private var random: SeededGenerator

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    struct Pair {
        let pattern: TextJSON
        let event: TextJSON
    }

    // MARK: Small choices

    private mutating func below(_ count: Int) -> Int { Int(random.next() % UInt64(count)) }
    private mutating func once(in count: Int) -> Bool { below(count) == 0 }
    private mutating func choose<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }

    /// A writer of random spellings with its own stream of random numbers.
    mutating func writer() -> RandomJSON { RandomJSON(random: SeededGenerator(seed: random.next())) }

    private static let names = ["a", "b", "c", "a", "b", "a-b", "é"]
    private static let texts = [
        "", "a", "ab", "aB", "AB", "ba", "aba", "abba", "b", "bb", "b*", "a\\", "\"", "a\"b", "é", "e\u{301}", "É", "ß",
        "SS", "ss", "k", "\u{212A}", "x/y", "a\nb", "\u{0}", "😀", "a😀", "𐐀", "𐐨", "İ", "i\u{307}", "1", "300", "true",
        "null", "10.0.0.1", "10.0.0.200", "10.0.1.1", "::ffff:a00:1", "::1", "0:0:0:0:0:0:0:1", "2001:db8::1",
        "2001:DB8:0::0001", "1.2.3", "12:30",
    ]
    private static let numbers = [
        "0", "1", "1", "2", "2", "10", "-1", "300", "0.1", "1.5", "0.30000000000000004", "9007199254740992", "1e21",
        "9007199254740993", "1e400", "1234567890123456789", "0.12345678901234567", "1e-400",
    ]
    private static let comparable = Array(numbers.prefix(13))
    private static let networks = [
        "10.0.0.0/24", "10.0.0.77/25", "0.0.0.0/0", "10.0.0.1/32", "10.0.0.0/23", "::/0", "::1/128", "2001:db8::/32",
        "2001:db8::7/127", "::ffff:a00:0/24",
    ]
    private static let wildcards = [
        "*", "a*", "*a", "*b*", "a*a", "ab*ba", "a*b*a", "", "ab", "*\\*", "\\**", "*\\\\", "a\\*", "é*", "*😀", "*b*b*",
        "10.0.*", "*:*",
    ]
}

// MARK: - Events

extension PairGenerator {
    private static let eventMembers = 4

    mutating func event() -> TextJSON { object(depth: 0) }

    /// An event with a list of dozens of elements, most of them objects with the same few fields.
    mutating func longListEvent() -> TextJSON {
        let elements = (0..<48 + below(40)).map { _ -> TextJSON in
            switch below(20) {
            case 0, 1: return scalar()
            case 2: return .array((0..<below(3)).map { _ in once(in: 2) ? scalar() : field(depth: 4) })
            default: return field(depth: 3)
            }
        }
        return .object([
            .init(key: Array("c".utf8), value: value(depth: 2)), .init(key: Array("a".utf8), value: .array(elements)),
        ])
    }

    /// An object of which nearly every field is there, with a value of few.
    private mutating func field(depth: Int) -> TextJSON {
        var members: [TextJSON.Member] = []
        for name in ["a", "b", "c"] where !once(in: 8) {
            let value: TextJSON =
                switch below(10) {
                case 0: value(depth: depth + 1)
                case 1, 2: .number(choose(Array(Self.numbers.prefix(6))))
                default: .string(choose(Array(Self.texts[1..<6])))
                }
            members.append(.init(key: Array(name.utf8), value: value))
        }
        return .object(members)
    }

    private mutating func object(depth: Int) -> TextJSON {
        var members: [TextJSON.Member] = []
        for _ in 0..<(depth == 0 ? 2 + below(Self.eventMembers) : below(4)) {
            var name = choose(Self.names)
            if once(in: 12) { name += "." + choose(Self.names) }
            // One name in about fifteen stands twice: both values count.
            if members.contains(where: { $0.key == Array(name.utf8) }), !once(in: 6) { continue }
            members.append(.init(key: Array(name.utf8), value: value(depth: depth + 1)))
        }
        return .object(members)
    }

    private mutating func value(depth: Int) -> TextJSON {
        switch below(depth > 3 ? 12 : 20) {
        case 0...5: return .string(choose(Self.texts))
        case 6...8: return .number(choose(Self.numbers))
        case 9: return .null
        case 10, 11: return .bool(once(in: 2))
        case 12...14: return object(depth: depth)
        default:
            let holdsObjects = once(in: 2)
            return .array(
                (0..<below(4)).map { _ in
                    holdsObjects && !once(in: 6) ? object(depth: depth) : value(depth: depth + 1)
                })
        }
    }
}

// MARK: - Patterns

extension PairGenerator {
    /// A path with the scalars that stand there.
    private typealias Field = (names: [String], values: [TextJSON])

    mutating func pair() -> Pair {
        let event = event()
        return Pair(pattern: pattern(for: event), event: event)
    }

    mutating func pattern(for event: TextJSON) -> TextJSON { patterns(1, for: event)[0] }

    mutating func patterns(_ count: Int, for event: TextJSON) -> [TextJSON] {
        var fields: [Field] = []
        Self.collect(event, names: [], into: &fields)
        return (0..<count).map { _ in pattern(of: fields) }
    }

    private mutating func pattern(of fields: [Field]) -> TextJSON {
        var used: Set<String> = []
        let clauses = clauses(1 + below(3), of: fields, used: &used)
        guard once(in: 4) else { return tree(clauses) }
        guard case .object(var members) = tree(clauses) else { return tree(clauses) }
        let position = below(members.count + 1)
        let either = either(of: fields, used: used, depth: 0)
        if once(in: 4) { members = [] }
        members.insert(either, at: min(position, members.count))
        return .object(members)
    }

    private static func collect(_ value: TextJSON, names: [String], into fields: inout [Field]) {
        switch value {
        case .object(let members):
            for member in members {
                collect(member.value, names: names + [String(decoding: member.key, as: UTF8.self)], into: &fields)
            }
        case .array(let values):
            for value in values { collect(value, names: names, into: &fields) }
        default:
            let path = names.joined(separator: ".")
            if let index = fields.firstIndex(where: { $0.names.joined(separator: ".") == path }) {
                fields[index].values.append(value)
            } else {
                fields.append((names, [value]))
            }
        }
    }

    private mutating func either(of fields: [Field], used: Set<String>, depth: Int) -> TextJSON.Member {
        let branches = (0..<2 + below(2)).map { _ -> TextJSON in
            var used = used
            let branch = tree(clauses(1 + below(2), of: fields, used: &used))
            guard depth < 2, once(in: 4), case .object(var members) = branch else { return branch }
            members.append(either(of: fields, used: used, depth: depth + 1))
            return .object(members)
        }
        return .init(key: Array("$or".utf8), value: .array(branches))
    }

    private mutating func clauses(_ count: Int, of fields: [Field], used: inout Set<String>) -> [Field] {
        var clauses: [Field] = []
        while clauses.count < count {
            var field: Field = fields.isEmpty ? ([choose(Self.names)], []) : choose(fields)
            if once(in: 8) {
                field = (field.names.dropLast() + [choose(Self.names)], [])
                field.values = fields.first { $0.names == field.names }?.values ?? []
            }
            // A path that is taken leaves the clause to a name of its own, so that the loop ends.
            if used.contains(field.names.joined(separator: ".")) { field = (["n\(used.count)"], []) }
            used.insert(field.names.joined(separator: "."))
            let count = once(in: 3) ? 2 : 1
            clauses.append((field.names, (0..<count).map { _ in alternative(field.values) }))
        }
        return clauses
    }

    /// Clauses as an object; names of one path are nested or joined by dots.
    private mutating func tree(_ clauses: [Field]) -> TextJSON {
        var root: [TextJSON.Member] = []
        for clause in clauses {
            let names = once(in: 3) ? [clause.names.joined(separator: ".")] : clause.names
            Self.insert(.array(clause.values), names[...], into: &root)
        }
        return .object(root)
    }

    private static func insert(_ value: TextJSON, _ names: ArraySlice<String>, into members: inout [TextJSON.Member]) {
        guard let name = names.first.map({ Array($0.utf8) }) else { return }
        guard names.count > 1 else { return members.append(.init(key: name, value: value)) }
        if let index = members.firstIndex(where: { $0.key == name }), case .object(var inner) = members[index].value {
            insert(value, names.dropFirst(), into: &inner)
            members[index].value = .object(inner)
        } else if members.contains(where: { $0.key == name }) {
            // A value and an object of one name cannot stand side by side: the dotted name says the same.
            members.append(.init(key: Array(names.joined(separator: ".").utf8), value: value))
        } else {
            var inner: [TextJSON.Member] = []
            insert(value, names.dropFirst(), into: &inner)
            members.append(.init(key: name, value: .object(inner)))
        }
    }
}

// MARK: - Alternatives

extension PairGenerator {
    private mutating func alternative(_ values: [TextJSON]) -> TextJSON {
        if once(in: 14) { return .object("exists", .bool(!values.isEmpty)) }
        if once(in: 30) { return .object("exists", .bool(once(in: 2))) }
        // Mostly about a value that is there; sometimes about any other.
        let value = values.isEmpty || once(in: 5) ? scalar() : choose(values)
        if once(in: 5) { return .object("anything-but", excluded(value)) }
        switch value {
        case .string(let text): return textTest(String(decoding: text, as: UTF8.self))
        case .number(let text): return numberTest(String(decoding: text, as: UTF8.self))
        default: return value
        }
    }

    private mutating func scalar() -> TextJSON {
        switch below(8) {
        case 0...4: .string(choose(Self.texts))
        case 5, 6: .number(choose(Self.numbers))
        default: once(in: 2) ? .null : .bool(once(in: 2))
        }
    }

    /// Some of the beginning or end of a text, cut between characters.
    private mutating func part(_ text: String, fromEnd: Bool) -> String {
        let scalars = Array(text.unicodeScalars)
        let count = below(scalars.count + 1)
        var part = String.UnicodeScalarView()
        part.append(contentsOf: fromEnd ? scalars.suffix(count) : scalars.prefix(count))
        return String(part)
    }

    private mutating func otherCase(_ text: String) -> String {
        switch below(3) {
        case 0: text.uppercased()
        case 1: text.lowercased()
        default: text
        }
    }

    private mutating func textTest(_ text: String) -> TextJSON {
        let fromEnd = once(in: 2)
        let name = fromEnd ? "suffix" : "prefix"
        switch below(11) {
        case 0, 1: return .string(text)
        case 2: return .object("exactly", .string(text))
        case 3, 4: return .object(name, .string(part(text, fromEnd: fromEnd)))
        case 5: return .object("equals-ignore-case", .string(otherCase(text)))
        case 6:
            let inner = otherCase(part(text, fromEnd: fromEnd))
            return .object(name, .object("equals-ignore-case", .string(inner)))
        case 7: return .object("cidr", .string(choose(Self.networks)))
        case 8: return .object("wildcard", .string(choose(Self.wildcards)))
        default: return .object("wildcard", .string(wildcard(text)))
        }
    }

    /// The text with some of it behind stars.
    private mutating func wildcard(_ text: String) -> String {
        var wildcard = ""
        for scalar in text.unicodeScalars {
            if once(in: 3) {
                if !wildcard.hasSuffix("*") || wildcard.hasSuffix("\\*") { wildcard += "*" }
                if once(in: 2) { continue }
            }
            if scalar == "*" || scalar == "\\" { wildcard += "\\" }
            wildcard.unicodeScalars.append(scalar)
        }
        return wildcard
    }

    private mutating func numberTest(_ text: String) -> TextJSON {
        guard once(in: 2) else { return .number(text) }
        let bound = Self.comparable.contains(text) && once(in: 2) ? text : choose(Self.comparable)
        let comparison = choose(["<", "<=", "=", ">=", ">"])
        let single: TextJSON = .object("numeric", .array([.string(comparison), .number(bound)]))
        guard once(in: 2) else { return single }
        let other = choose(Self.comparable)
        guard let low = Double(bound), let high = Double(other), low != high else { return single }
        return .object(
            "numeric",
            .array([
                .string(choose([">", ">="])), .number(low < high ? bound : other), .string(choose(["<", "<="])),
                .number(low < high ? other : bound),
            ]))
    }

    private mutating func excluded(_ value: TextJSON) -> TextJSON {
        if case .number = value, once(in: 2) { return list { .number($0.choose(Self.comparable)) } }
        guard case .string(let bytes) = value, once(in: 2) else { return list { .string($0.choose(Self.texts)) } }
        let text = String(decoding: bytes, as: UTF8.self)
        switch below(5) {
        case 0: return .string(text)
        case 1: return .object("equals-ignore-case", list { .string($0.otherCase($0.once(in: 2) ? text : "a")) })
        case 2: return .object("wildcard", list { .string($0.once(in: 2) ? $0.wildcard(text) : "*b") })
        default:
            let fromEnd = once(in: 2)
            return .object(
                fromEnd ? "suffix" : "prefix",
                list {
                    let part = $0.part(text, fromEnd: fromEnd)
                    return .string(part.isEmpty ? "b" : part)
                })
        }
    }

    /// One value as it is, or some in a list.
    private mutating func list(_ make: (inout Self) -> TextJSON) -> TextJSON {
        if once(in: 2) { return make(&self) }
        return .array((0...below(3)).map { _ in make(&self) })
    }
}
