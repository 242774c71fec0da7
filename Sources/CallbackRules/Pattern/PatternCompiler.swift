package import CallbackCore

/// Makes a pattern of what a user wrote, or says everything that is wrong with it.
package struct PatternCompiler {
    private let check: FieldCheck
    private var clauses: [Pattern.Clause] = []
    private var places: [EventPath: ConfigPlace] = [:]
    var diagnostics: [Diagnostic] = []

    private init(_ check: FieldCheck) { self.check = check }

    /// Compiles the value of `match`.
    /// - Parameter shapes: the event types that the rule names; nil accepts every field.
    /// - Returns: the pattern where there is no error.
    package static func compile(_ node: ConfigNode, shapes: [EventShape]?) -> (Pattern?, [Diagnostic]) {
        var compiler = PatternCompiler(FieldCheck(shapes: shapes))
        guard case .mapping = node.content else {
            let message = "a pattern must be a mapping, not \(node.kind)"
            let help = "write the fields of the event, such as {data: {new: {visible: [true]}}}"
            return (nil, [Diagnostic(.error, "P001", message, at: node.place, help: help)])
        }
        compiler.object(node, path: [], keyPlaces: [])
        let hasErrors = compiler.diagnostics.contains { $0.severity == .error }
        return (hasErrors ? nil : Pattern(clauses: compiler.clauses), compiler.diagnostics)
    }

    private mutating func object(_ node: ConfigNode, path: [String], keyPlaces: [ConfigPlace]) {
        let members = node.members ?? []
        if members.isEmpty {
            let place = keyPlaces.last ?? node.place
            report("P002", "an empty mapping matches nothing that could be meant", place, help: "leave it out")
        }
        for member in members { self.member(member, path: path, keyPlaces: keyPlaces) }
    }

    private mutating func member(_ member: ConfigMember, path: [String], keyPlaces: [ConfigPlace]) {
        if member.key == "$or" {
            return report("P008", "\"$or\" is not in this version", member.keyPlace, help: "write a rule for each case")
        }
        let names = EventPath(dotted: member.key).segments
        guard !names.contains("") else {
            return report("P016", "the field name \"\(member.key)\" has an empty part", member.keyPlace)
        }
        let path = path + names
        let keyPlaces = keyPlaces + names.map { _ in member.keyPlace }
        switch member.value.content {
        case .mapping: object(member.value, path: path, keyPlaces: keyPlaces)
        case .sequence(let alternatives): leaf(alternatives, member, EventPath(path), keyPlaces)
        default:
            let message = "\"\(member.key)\" must be a list of alternatives, not \(member.value.kind)"
            report("P003", message, member.value.place, help: "write [\(member.value.json.text)]")
        }
    }

    private mutating func leaf(
        _ alternatives: [ConfigNode], _ member: ConfigMember, _ path: EventPath, _ keyPlaces: [ConfigPlace]
    ) {
        if alternatives.isEmpty {
            report("P004", "an empty list of alternatives can never match", member.value.place)
        }
        let tests = alternatives.compactMap { alternative($0) }
        if let first = places[path] {
            let help = "it stands already at line \(first.line), column \(first.column): put both into one list"
            return report("P012", "the field \"\(path)\" is given twice", member.keyPlace, help: help)
        }
        places[path] = member.keyPlace
        field(path, tests, member.keyPlace, keyPlaces)
        if !tests.isEmpty { clauses.append(.init(path: path, tests: tests)) }
    }

    /// Whether an event can have the field, and whether what stands there can be accepted at all.
    private mutating func field(
        _ path: EventPath, _ tests: [ValueTest], _ place: ConfigPlace, _ keyPlaces: [ConfigPlace]
    ) {
        let attribute = path.segments.count == 1 ? EventAttribute(rawValue: path.segments[0]) : nil
        if let attribute, !attribute.isKnownBeforeJournal {
            let message = "\"\(path)\" is not known yet when rules are matched"
            return report("P015", message, place, help: "match on \"type\", \"subject\" or \"data\" instead")
        }
        switch check.find(path) {
        case .unknown(let depth, let allowed):
            let advice = check.advice(for: path, depth: depth, allowed: allowed)
            let name = EventPath(Array(path.segments[...depth]))
            let message = "events of \(check.types) have no field \"\(name)\""
            report("P013", message, keyPlaces[depth], label: advice.label, help: advice.help)
        case .known(let shapes, _):
            guard !tests.isEmpty, !shapes.contains(where: { $0.map(\.isLeaf) ?? true }) else { return }
            // An object may be null as a whole, such as `old` of something new.
            guard !tests.contains(where: { $0.accepts(.null) || $0 == .absent }) else { return }
            let message = "\"\(path)\" is an object: a list of alternatives can only match its fields"
            report("P014", message, place, help: "name the field below it that you mean")
        }
    }

    mutating func report(
        _ code: String, _ message: String, _ place: ConfigPlace, label: String? = nil, help: String? = nil
    ) {
        let diagnostic = Diagnostic(.error, code, message, at: place, label: label, help: help)
        // A wrong name above several fields is one mistake.
        if !diagnostics.contains(diagnostic) { diagnostics.append(diagnostic) }
    }
}

extension FieldShape {
    var isLeaf: Bool {
        if case .leaf = self { true } else { false }
    }
}
