import CallbackCore

/// Judges one event by any set of clauses: for each clause a value is looked for, one after the other.
///
/// This is the matcher's meaning without its speed, so that a single clause, or a few of them together, can be asked
/// about. A property test holds the two against each other.
struct PatternCheck {
    private let event: JSONValue
    private let scalars: EventScalars

    /// - Parameter event: as it was before the journal took it; its identity and number are not looked at.
    init(_ event: EventView) {
        var object = JSONObject()
        for attribute in EventAttribute.allCases where attribute.isKnownBeforeJournal {
            if let value = event.value(of: attribute) { object.append(attribute.rawValue, value) }
        }
        object.append("data", event.data)
        self.event = .object(object)
        scalars = EventScalars(self.event)
    }

    /// Whether all clauses hold together: their values agree on the element of every list that they share.
    ///
    /// A field may be missing where no value of it agrees with those that were chosen for the clauses whose paths come
    /// before its own in the alphabet: so the language has it.
    func holds(_ clauses: [Pattern.Clause]) -> Bool {
        let inOrder = clauses.sorted {
            $0.path.description.utf16.lexicographicallyPrecedes($1.path.description.utf16)
        }
        var search = Search(inOrder.map { Step($0, scalars.scalars(at: $0.path)) })
        return search.blame(from: 0) == nil
    }

    /// What stands where a clause looks.
    func met(at path: EventPath) -> [MetValue] { MetValue.all(at: path.segments[...], in: event, place: "") }

    // MARK: The search

    /// One clause with the values at its path.
    private struct Step {
        struct Element: Hashable {
            let list: Int
            let index: Int
        }

        let acceptsAbsence: Bool
        let all: [EventScalars.Scalar]
        let accepted: [EventScalars.Scalar]
        /// The accepted values by each element that they lie in.
        private var inside: [Element: [Int]] = [:]
        /// The lists that all accepted values lie in.
        private let around: [Int]

        init(_ clause: Pattern.Clause, _ scalars: [EventScalars.Scalar]) {
            acceptsAbsence = clause.tests.contains(.absent)
            all = scalars
            accepted = scalars.filter { scalar in clause.tests.contains { $0.accepts(scalar.value) } }
            let accepted = accepted
            around =
                (accepted.first?.elements.keys).map(Array.init)?
                .filter { list in accepted.allSatisfy { $0.elements[list] != nil } } ?? []
            for (number, scalar) in accepted.enumerated() {
                for list in around {
                    guard let index = scalar.elements[list] else { continue }
                    inside[Element(list: list, index: index), default: []].append(number)
                }
            }
        }

        /// The accepted values that may agree with what was chosen. Where all lie in a list of which an element was
        /// chosen, only those of that element are looked at, so that long lists cost little.
        func candidates(_ chosen: [Int: Search.Choice]) -> (values: [EventScalars.Scalar], passedOver: Int?) {
            for list in around {
                guard let choice = chosen[list] else { continue }
                let numbers = inside[Element(list: list, index: choice.index)] ?? []
                return (numbers.map { accepted[$0] }, choice.step)
            }
            return (accepted, nil)
        }
    }

    private struct Search {
        /// Which element of a list was chosen, and by which step.
        struct Choice {
            let index: Int
            let step: Int
        }

        private let steps: [Step]
        private var chosen: [Int: Choice] = [:]

        init(_ steps: [Step]) { self.steps = steps }

        /// Chooses for a step and all behind it.
        /// - Returns: nil where it can be done; else the steps before it that are to blame: another choice at any other
        ///   step would be in vain, which keeps a hostile event from costing more than a look at its values.
        mutating func blame(from number: Int) -> Set<Int>? {
            guard number < steps.count else { return nil }
            let step = steps[number]
            var blamed: Set<Int> = []
            let (candidates, passedOver) = step.candidates(chosen)
            if let passedOver { blamed.insert(passedOver) }
            for scalar in candidates {
                let conflicts = conflicts(of: scalar)
                guard conflicts.isEmpty else {
                    blamed.formUnion(conflicts)
                    continue
                }
                let added = scalar.elements.filter { chosen[$0.key] == nil }
                for (list, index) in added { chosen[list] = Choice(index: index, step: number) }
                let result = blame(from: number + 1)
                for list in added.keys { chosen[list] = nil }
                guard let result else { return nil }
                if !result.contains(number) { return result }
                blamed.formUnion(result.subtracting([number]))
            }
            guard step.acceptsAbsence else { return blamed }
            // Another choice at any earlier step could leave nothing that agrees.
            if step.all.contains(where: { conflicts(of: $0).isEmpty }) { return Set(0..<number) }
            guard let result = blame(from: number + 1) else { return nil }
            return blamed.union(result)
        }

        /// The steps that chose another element of a list than the one that a value lies in.
        private func conflicts(of scalar: EventScalars.Scalar) -> Set<Int> {
            Set(
                scalar.elements.compactMap { list, index in
                    chosen[list].flatMap { $0.index == index ? nil : $0.step }
                })
        }
    }
}
