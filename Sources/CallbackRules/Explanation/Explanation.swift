import CallbackCore

/// Why a pattern holds for an event, or does not.
package struct Explanation: Sendable {
    /// Everything that keeps the pattern from holding; nothing where it holds.
    package let reasons: [PatternReason]

    package var holds: Bool { reasons.isEmpty }

    package init(of pattern: Pattern, against event: EventView) {
        let check = PatternCheck(event)
        let isMet = pattern.combinations.contains { check.holds($0) }
        reasons = isMet ? [] : Self.reasons(pattern.clauses, pattern.choices, check)
    }

    /// What is wrong with a pattern that does not hold.
    private static func reasons(
        _ clauses: [Pattern.Clause],
        _ choices: [[Pattern]],
        _ check: PatternCheck
    ) -> [PatternReason] {
        let own = reasons(clauses, check)
        // A choice is judged together with the clauses beside it where those hold, because lists tie them.
        let base = own.isEmpty ? clauses : []
        var failed: [PatternReason] = []
        for branches in choices {
            let isMet = branches.flatMap(\.combinations).contains { check.holds(base + $0) }
            guard !isMet else { continue }
            failed.append(.choice(branches.map { reasons(base + $0.clauses, $0.choices, check) }))
        }
        if !own.isEmpty || !failed.isEmpty { return own + failed }
        guard let first = choices.first else { return [] }
        // Each choice can be met, but not all of them at once.
        return [.choice(first.map { reasons(clauses + $0.clauses, $0.choices + choices.dropFirst(), check) })]
    }

    /// What keeps clauses from holding together; nothing where they do.
    private static func reasons(_ clauses: [Pattern.Clause], _ check: PatternCheck) -> [PatternReason] {
        guard !check.holds(clauses) else { return [] }
        // What asks for a value fails or holds for itself. What may be missing depends on the list element that the
        // others have chosen.
        let firm = clauses.filter { !$0.tests.contains(.absent) }
        let lenient = clauses.filter { $0.tests.contains(.absent) }
        let failing = firm.filter { !check.holds([$0]) }
        guard failing.isEmpty else {
            let alone = lenient.filter { !check.holds([$0]) && !check.met(at: $0.path).contains(where: \.isInList) }
            let wrong = Set((failing + alone).map(\.path))
            return clauses.filter { wrong.contains($0.path) }.map { .clause(ClauseReason($0, check)) }
        }
        guard check.holds(firm) else { return [.apart(ApartReason(firm, check))] }
        let strict = lenient.filter { !check.holds(firm + [$0]) }
        guard strict.isEmpty else { return strict.map { .clause(ClauseReason($0, check)) } }
        return [.apart(ApartReason(clauses, check))]
    }
}

extension MetValue {
    fileprivate var isInList: Bool { place.contains("[") }
}
