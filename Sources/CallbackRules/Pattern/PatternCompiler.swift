package import CallbackCore

/// Makes a pattern of what a user wrote, or says everything that is wrong with it.
package struct PatternCompiler {
    /// More combinations of `$or` than this are refused: each is matched like a rule of its own.
    package static let mostCombinations = 1_000

    let check: FieldCheck
    var diagnostics: [Diagnostic] = []

    private init(_ check: FieldCheck) { self.check = check }

    /// Compiles the value of `match`.
    /// - Parameter shapes: the event types that the rule names; nil accepts every field.
    /// - Returns: the pattern where there is no error.
    package static func compile(_ node: ConfigNode, shapes: [EventShape]?) -> (Pattern?, [Diagnostic]) {
        var compiler = PatternCompiler(FieldCheck(shapes: shapes))
        guard case .mapping = node.content else {
            compiler.report(
                .notAMapping, "a pattern must be a mapping, not \(node.kind)", node.place,
                help: "write the fields of the event, such as {data: {new: {visible: [true]}}}")
            return (nil, compiler.diagnostics)
        }
        var draft = Draft()
        compiler.object(node, path: [], below: nil, keyPlaces: [], isInChoice: false, into: &draft)
        if draft.mayRepeat {
            var places: [EventPath: ConfigPlace] = [:]
            compiler.refuseRepetition(in: draft, taken: &places)
        }
        let pattern = draft.pattern
        if pattern.combinationCount > mostCombinations {
            compiler.report(
                .tooManyCombinations, "the \"$or\" of this pattern multiply to more than \(mostCombinations) patterns",
                node.place, help: "make several rules of it")
        }
        let hasErrors = compiler.diagnostics.contains { $0.severity == .error }
        return (hasErrors ? nil : pattern, compiler.diagnostics)
    }

    /// A pattern with the places of its fields.
    private struct Draft {
        struct Field {
            let clause: Pattern.Clause
            let place: ConfigPlace
        }

        var fields: [Field] = []
        var choices: [[Draft]] = []

        /// Whether a field may stand twice. A dictionary of paths costs more than the few comparisons that mostly
        /// show that it does not.
        var mayRepeat: Bool {
            guard choices.isEmpty, fields.count <= 8 else { return true }
            return fields.indices.contains { index in
                fields[..<index].contains { $0.clause.path == fields[index].clause.path }
            }
        }

        var pattern: Pattern {
            Pattern(clauses: fields.map(\.clause), choices: choices.map { $0.map(\.pattern) })
        }
    }

    /// - Parameters:
    ///   - key: the place of the name that has this object; nil for the pattern itself.
    ///   - keyPlaces: the same for each name of the path; none where no shapes are known.
    private mutating func object(
        _ node: ConfigNode, path: [String], below key: ConfigPlace?, keyPlaces: [ConfigPlace], isInChoice: Bool,
        into draft: inout Draft
    ) {
        let members = node.members ?? []
        if members.isEmpty {
            let place = key ?? node.place
            report(.emptyMapping, "an empty mapping matches nothing that could be meant", place, help: "leave it out")
        }
        for member in members {
            if member.key == "$or" {
                choice(member, path: path, below: key, keyPlaces: keyPlaces, into: &draft)
                continue
            }
            if isInChoice, Self.reservedNames.contains(member.key) {
                report(
                    .badChoice, "\"\(member.key)\" is an operator and no field name inside \"$or\"", member.keyPlace,
                    help: "each pattern of \"$or\" begins with the name of a field, such as {new: {visible: [true]}}")
                continue
            }
            let names = EventPath(dotted: member.key).segments
            let path = path + names
            // Only what is held against the shapes of events is ever pointed at.
            let keyPlaces = check.shapes == nil ? [] : keyPlaces + names.map { _ in member.keyPlace }
            switch member.value.content {
            case .mapping:
                object(
                    member.value, path: path, below: member.keyPlace, keyPlaces: keyPlaces, isInChoice: isInChoice,
                    into: &draft)
            case .sequence(let alternatives):
                leaf(alternatives, member, EventPath(path), keyPlaces, into: &draft)
            default:
                let message = "\"\(member.key)\" must be a list of alternatives, not \(member.value.kind)"
                report(.notAList, message, member.value.place, help: "write [\(member.value.json.text)]")
            }
        }
    }

    // MARK: $or

    /// Names that mean something else inside `$or`, some of them kept free for later by those who defined the language.
    private static let reservedNames: Set<String> = [
        "exactly", "equals-ignore-case", "prefix", "suffix", "anything-but", "exists", "wildcard", "numeric", "cidr",
        "html", "=", "<", "<=", ">", ">=", "regex", "not-wildcard", "not-equals-ignore-case", "date-after",
        "date-on-or-after", "date-before", "date-on-or-before", "in-date-range", "ip-address-in-range",
        "ip-address-not-in-range",
    ]

    private mutating func choice(
        _ member: ConfigMember, path: [String], below key: ConfigPlace?, keyPlaces: [ConfigPlace],
        into draft: inout Draft
    ) {
        let help = "such as \"$or\": [{new: {visible: [true]}}, {old: {visible: [true]}}]"
        guard let elements = member.value.elements, elements.count > 1 else {
            let message = "\"$or\" takes a list of two or more patterns"
            return report(.badChoice, message, member.value.place, help: help)
        }
        var branches: [Draft] = []
        for element in elements {
            guard case .mapping = element.content else {
                report(.badChoice, "\"$or\" takes patterns, not \(element.kind)", element.place, help: help)
                continue
            }
            var branch = Draft()
            object(element, path: path, below: key, keyPlaces: keyPlaces, isInChoice: true, into: &branch)
            branches.append(branch)
        }
        draft.choices.append(branches)
    }

    /// A field may stand once in each combination: of two lists only one could count.
    private mutating func refuseRepetition(in draft: Draft, taken: inout [EventPath: ConfigPlace]) {
        for field in draft.fields {
            let path = field.clause.path
            if let first = taken[path] {
                let help = "it stands already at line \(first.line), column \(first.column): put both into one list"
                report(.fieldTwice, "the field \"\(path)\" is given twice", field.place, help: help)
            } else {
                taken[path] = field.place
            }
        }
        for branches in draft.choices {
            var added = taken
            for branch in branches {
                var inBranch = taken
                refuseRepetition(in: branch, taken: &inBranch)
                added.merge(inBranch) { first, _ in first }
            }
            taken = added
        }
    }

    // MARK: Fields

    private mutating func leaf(
        _ alternatives: [ConfigNode], _ member: ConfigMember, _ path: EventPath, _ keyPlaces: [ConfigPlace],
        into draft: inout Draft
    ) {
        if alternatives.isEmpty {
            report(.emptyList, "an empty list of alternatives can never match", member.value.place)
        }
        let tests = alternatives.compactMap { alternative($0) }
        field(path, tests, member.keyPlace, keyPlaces)
        if !tests.isEmpty {
            draft.fields.append(.init(clause: .init(path: path, tests: tests), place: member.keyPlace))
        }
    }

    /// Whether an event can have the field, and whether what stands there can be accepted at all.
    private mutating func field(
        _ path: EventPath, _ tests: [ValueTest], _ place: ConfigPlace, _ keyPlaces: [ConfigPlace]
    ) {
        guard check.shapes != nil else { return }
        let attribute = path.segments.count == 1 ? EventAttribute(rawValue: path.segments[0]) : nil
        if let attribute, !attribute.isKnownBeforeJournal {
            let message = "\"\(path)\" is not known yet when rules are matched"
            return report(.notKnownYet, message, place, help: "match on \"type\", \"subject\" or \"data\" instead")
        }
        switch check.find(path) {
        case .unknown(let depth, let allowed):
            let advice = check.advice(for: path, depth: depth, allowed: allowed)
            let name = EventPath(Array(path.segments[...depth]))
            let message = "events of \(check.types) have no field \"\(name)\""
            report(.unknownField, message, keyPlaces[depth], label: advice.label, help: advice.help)
        case .known(let shapes, _):
            guard !tests.isEmpty, !shapes.contains(where: { $0.map(\.isLeaf) ?? true }) else { return }
            // An object may be null as a whole, such as `old` of something new.
            guard !tests.contains(where: { $0.accepts(.null) || $0 == .absent }) else { return }
            let message = "\"\(path)\" is an object: a list of alternatives can only match its fields"
            report(.objectField, message, place, help: "name the field below it that you mean")
        }
    }

    mutating func report(
        _ code: PatternCode, _ message: String, _ place: ConfigPlace, label: String? = nil, help: String? = nil
    ) {
        let diagnostic = Diagnostic(.error, code.rawValue, message, at: place, label: label, help: help)
        // A wrong name above several fields is one mistake.
        if !diagnostics.contains(diagnostic) { diagnostics.append(diagnostic) }
    }
}

extension FieldShape {
    var isLeaf: Bool {
        if case .leaf = self { true } else { false }
    }
}
