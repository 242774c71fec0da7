import CallbackCore

/// Judges one event by any set of clauses, plainly: a set is taken along the event, field by field.
///
/// This is the matcher's meaning without its speed, so that a single clause, or a few of them together, can be asked
/// about. A property test holds the two against each other.
struct PatternCheck {
    private let event: JSONValue

    /// - Parameter event: as it was before the journal took it; its identity and number are not looked at.
    init(_ event: EventView) {
        var object = JSONObject()
        for attribute in EventAttribute.allCases where attribute.isKnownBeforeJournal {
            if let value = event.value(of: attribute) { object.append(attribute.rawValue, value) }
        }
        object.append("data", event.data)
        self.event = .object(object)
    }

    /// Whether all clauses hold together: those below one list must be met by one element of it.
    func holds(_ clauses: [Pattern.Clause]) -> Bool {
        Self.verdict(clauses.map { Asked(rest: $0.path.segments[...], tests: $0.tests) }, on: event) != .no
    }

    /// What stands where a clause looks.
    func met(at path: EventPath) -> [MetValue] { MetValue.all(at: path.segments[...], in: event, place: "") }

    // MARK: The walk

    /// A clause, and how much of its path is still to go.
    private struct Asked {
        var rest: ArraySlice<String>
        let tests: [ValueTest]

        var below: Asked { Asked(rest: rest.dropFirst(), tests: tests) }
    }

    private enum Answer {
        case no
        /// It holds because what must be missing is missing. In a list, a value of another element comes before it.
        case byAbsence
        case byValue

        func and(_ other: Answer) -> Answer {
            if self == .no || other == .no { return .no }
            return self == .byAbsence && other == .byAbsence ? .byAbsence : .byValue
        }
    }

    private static func all<Part>(_ parts: some Sequence<Part>, _ answer: (Part) -> Answer) -> Answer {
        parts.reduce(.byAbsence) { $0.and(answer($1)) }
    }

    /// - Parameter value: what stands at the place that the clauses have come to; nil where nothing does.
    private static func verdict(_ clauses: [Asked], on value: JSONValue?) -> Answer {
        let here = clauses.filter { $0.rest.isEmpty }
        let deeper = clauses.filter { !$0.rest.isEmpty }
        return all(here) { leaf($0.tests, on: value) }.and(deeper.isEmpty ? .byAbsence : fields(deeper, of: value))
    }

    private static func leaf(_ tests: [ValueTest], on value: JSONValue?) -> Answer {
        let scalars = scalars(of: value)
        // An object, an empty list and nothing at all are the same to a leaf: there is no value.
        if scalars.isEmpty { return tests.contains(.absent) ? .byAbsence : .no }
        return scalars.contains { scalar in tests.contains { $0.accepts(scalar) } } ? .byValue : .no
    }

    private static func scalars(of value: JSONValue?) -> [JSONValue] {
        switch value {
        case nil, .object: []
        case .array(let elements): elements.flatMap(scalars)
        case let scalar?: [scalar]
        }
    }

    private static func fields(_ clauses: [Asked], of value: JSONValue?) -> Answer {
        switch value {
        case .object(let object): return fields(clauses, of: object, above: "")
        case .array(let elements):
            let objects = elements.flatMap(objects)
            guard !objects.isEmpty else { return nothing(clauses) }
            let answers = objects.map { fields(clauses, of: $0, above: "") }
            return answers.contains(.byValue) ? .byValue : all(answers) { $0 }
        default: return nothing(clauses)
        }
    }

    private static func objects(of value: JSONValue) -> [JSONObject] {
        switch value {
        case .object(let object): [object]
        case .array(let elements): elements.flatMap(objects)
        default: []
        }
    }

    private static func nothing(_ clauses: [Asked]) -> Answer { all(clauses) { leaf($0.tests, on: nil) } }

    /// - Parameter above: the names before, where a member's own name may hold dots.
    private static func fields(_ clauses: [Asked], of object: JSONObject, above: String) -> Answer {
        let names = Set(clauses.compactMap(\.rest.first))
        return all(names) { name in
            let clauses = clauses.filter { $0.rest.first == name }.map(\.below)
            let name = above.isEmpty ? name : "\(above).\(name)"
            if let value = object[name] { return verdict(clauses, on: value) }
            let deeper = clauses.filter { !$0.rest.isEmpty }
            let here = all(clauses.filter { $0.rest.isEmpty }) { leaf($0.tests, on: nil) }
            return here.and(deeper.isEmpty ? .byAbsence : fields(deeper, of: object, above: name))
        }
    }
}
