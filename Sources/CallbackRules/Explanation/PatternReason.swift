package import CallbackCore

/// One thing that keeps a pattern from holding.
package indirect enum PatternReason: Sendable {
    /// A field is not as the pattern wants it.
    case clause(ClauseReason)
    /// Fields that each are as wanted, but never in one element of a list.
    case apart(ApartReason)
    /// `$or`: none of its patterns holds, each for its own reasons.
    case choice([[PatternReason]])

    /// One line for each thing to say; what belongs to a line above stands deeper.
    package var lines: [String] {
        switch self {
        case .clause(let reason): [reason.words]
        case .apart(let reason): reason.lines
        case .choice(let branches):
            ["none of the \(branches.count) patterns of $or holds:"]
                + branches.enumerated().flatMap { number, reasons in
                    reasons.flatMap(\.lines).enumerated().map { index, line in
                        (index == 0 ? "  \(number + 1). " : "     ") + line
                    }
                }
        }
    }

    package var json: JSONValue {
        switch self {
        case .clause(let reason): reason.json
        case .apart(let reason): reason.json
        case .choice(let branches): ["or": .array(branches.map { .array($0.map(\.json)) })]
        }
    }
}

/// A field that is not as the pattern wants it.
package struct ClauseReason: Sendable {
    package let path: EventPath
    /// The alternatives, in the words of the pattern.
    package let wanted: [JSONValue]
    /// What stands there instead; several where lists are on the way.
    package let met: [MetValue]

    private static let most = 5

    init(_ clause: Pattern.Clause, _ check: PatternCheck) {
        path = clause.path
        wanted = clause.tests.map(\.json)
        met = check.met(at: clause.path)
    }

    /// Such as `data.new.visible is false, the rule wants true`.
    package var words: String {
        let wish = "the rule wants \(Self.alternatives(wanted))"
        guard met.count > 1 else { return "\(met.first?.words ?? "\(path) is missing"), \(wish)" }
        let rest = met.count > Self.most ? " and \(met.count - Self.most) more" : ""
        let shown = met.prefix(Self.most)
        let values = shown.compactMap { met in
            if case .value(let value) = met.state, met.isListElement { value.excerpt } else { nil }
        }
        if values.count == shown.count {
            return "\(path) holds \(values.joined(separator: ", "))\(rest), \(wish)"
        }
        return shown.map(\.words).joined(separator: ", ") + rest + "; \(wish)"
    }

    package var json: JSONValue {
        [
            "path": .string(path.description), "wanted": .array(wanted), "met": .array(met.map(\.json)),
            "message": .string(words),
        ]
    }

    static func alternatives(_ wanted: [JSONValue]) -> String {
        let words = wanted.map(\.excerpt)
        guard words.count > 1, let last = words.last else { return words.first ?? "nothing" }
        return words.dropLast().joined(separator: ", ") + " or \(last)"
    }
}

/// Fields that each are as wanted, but never in one element of a list.
package struct ApartReason: Sendable {
    package struct Part: Sendable {
        package let path: EventPath
        package let wanted: [JSONValue]
        /// Where it is as wanted.
        package let places: [String]
    }

    /// The list, such as `data.items`.
    package let list: String
    package let parts: [Part]

    private static let most = 5

    /// - Parameter clauses: do not hold together, and each alone does; those that are not needed for that are left out.
    init(_ clauses: [Pattern.Clause], _ check: PatternCheck) {
        var needed = clauses
        for clause in clauses {
            let rest = needed.filter { $0.path != clause.path }
            if !check.holds(rest) { needed = rest }
        }
        list = Self.list(above: needed.map(\.path), check)
        parts = needed.map { clause in
            let places = check.met(at: clause.path).filter { met in
                switch met.state {
                case .value(let value): clause.tests.contains { $0.accepts(value) }
                case .missing, .object, .emptyList: clause.tests.contains(.absent)
                }
            }
            return Part(path: clause.path, wanted: clause.tests.map(\.json), places: places.map(\.place))
        }
    }

    package var lines: [String] {
        ["no one element of \(list) is as the rule wants it:"]
            + parts.map { part in
                let places = part.places.prefix(Self.most).joined(separator: ", ")
                let rest = part.places.count > Self.most ? " and \(part.places.count - Self.most) more" : ""
                return "  \(part.path) is \(ClauseReason.alternatives(part.wanted)) at \(places)\(rest)"
            }
    }

    package var json: JSONValue {
        [
            "list": .string(list),
            "apart": .array(
                parts.map { part in
                    [
                        "path": .string(part.path.description), "wanted": .array(part.wanted),
                        "places": .array(part.places.map { .string($0) }),
                    ]
                }), "message": .string(lines.joined(separator: "\n")),
        ]
    }

    /// The deepest list that all paths lead through.
    private static func list(above paths: [EventPath], _ check: PatternCheck) -> String {
        var common = paths.first?.segments ?? []
        for path in paths {
            common = Array(zip(common, path.segments).prefix { $0 == $1 }.map(\.0))
        }
        while !common.isEmpty {
            let path = EventPath(common)
            if check.met(at: path).contains(where: { $0.place.hasSuffix("]") || $0.state == .emptyList }) {
                return path.description
            }
            common.removeLast()
        }
        return "the lists"
    }
}
