/// A pattern with every `$or` written out: it matches where one of its alternatives does.
struct OraclePattern {
    struct Clause {
        /// The names joined by dots: nested and dotted names are one path.
        let path: [UInt8]
        let tests: [OracleTest]
    }

    /// Each a list of clauses that must hold together, in the order of their paths.
    private(set) var alternatives: [[Clause]] = [[]]

    init(_ text: [UInt8]) throws { try self.init(try TextJSON.parse(text)) }

    init(_ json: TextJSON) throws {
        guard case .object(let members) = json else { throw Refusal("object") }
        alternatives = try Self.expand(members, path: nil, isInsideOr: false, from: [[]])
        alternatives = alternatives.map { $0.sorted { Self.precedes($0.path, $1.path) } }
    }

    /// The order of the UTF-16 units of the whole paths: a dot is a character like another, so "a-b" stands before
    /// "a.b", and a character beyond U+FFFF before U+E000.
    static func precedes(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        String(decoding: left, as: UTF8.self).utf16.lexicographicallyPrecedes(
            String(decoding: right, as: UTF8.self).utf16)
    }

    /// Adds the clauses of an object to each alternative.
    private static func expand(
        _ members: [TextJSON.Member], path: [UInt8]?, isInsideOr: Bool, from start: [[Clause]]
    ) throws -> [[Clause]] {
        guard !members.isEmpty else { throw Refusal("empty") }
        var alternatives = start
        for member in members {
            if member.key == Array("$or".utf8) {
                alternatives = try either(member.value, path: path, from: alternatives)
                continue
            }
            if isInsideOr, reserved.contains(String(decoding: member.key, as: UTF8.self)) {
                throw Refusal("reserved")
            }
            let path = path.map { $0 + [UInt8(ascii: ".")] + member.key } ?? member.key
            switch member.value {
            case .object(let members):
                alternatives = try expand(members, path: path, isInsideOr: isInsideOr, from: alternatives)
            case .array(let values):
                guard !values.isEmpty else { throw Refusal("empty") }
                let clause = Clause(path: path, tests: try values.map(OracleTest.read))
                alternatives = try alternatives.map { try adding(clause, to: $0) }
            default: throw Refusal("leaf")
            }
        }
        return alternatives
    }

    private static func adding(_ clause: Clause, to clauses: [Clause]) throws -> [Clause] {
        guard !clauses.contains(where: { $0.path == clause.path }) else { throw Refusal("twice") }
        return clauses + [clause]
    }

    private static func either(_ value: TextJSON, path: [UInt8]?, from start: [[Clause]]) throws -> [[Clause]] {
        guard case .array(let branches) = value, branches.count >= 2 else { throw Refusal("or") }
        return try branches.flatMap { branch in
            guard case .object(let members) = branch else { throw Refusal("or") }
            return try expand(members, path: path, isInsideOr: true, from: start)
        }
    }

    /// Names that no field inside `$or` may have, at any depth: the operators, and those kept for later ones.
    static let reserved: Set<String> = [
        "exactly", "equals-ignore-case", "prefix", "suffix", "anything-but", "exists", "wildcard", "numeric", "cidr",
        "=", "<", "<=", ">", ">=", "regex", "not-wildcard", "not-equals-ignore-case", "date-after",
        "date-on-or-after", "date-before", "date-on-or-before", "in-date-range", "ip-address-in-range",
        "ip-address-not-in-range",
    ]
}
