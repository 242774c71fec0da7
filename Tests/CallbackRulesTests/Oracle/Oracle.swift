/// What a pattern means, evaluated in the plainest way: every choice of scalars is tried.
///
/// An event is the list of its scalars, each with its path and with the elements of the lists that it lies in. A pattern
/// matches where for each clause one scalar can be chosen that a test of the clause accepts, so that the chosen ones
/// agree on the element of every list that they share.
///
/// A clause with `exists: false` holds where no scalar stands at its path. Inside lists, scalars count only if they agree
/// with those chosen for the clauses whose paths come **before** it in the alphabet (`OraclePattern.precedes`); clauses
/// with later paths have no say. So, of `{"x": [{"a": 1}, {"a": 2, "b": 3}]}`:
/// - `{"x": {"a": [1], "b": [{"exists": false}]}}` matches: "x.a" comes first and chooses the first element, which has
///   no "b".
/// - `{"x": {"a": [2], "b": [{"exists": false}]}}` does not: the second element has a "b".
/// - with the names exchanged, `{"x": [{"b": 1}, {"b": 2, "a": 3}]}` and `{"x": {"b": [1], "a": [{"exists": false}]}}`
///   do not match: "x.a" is asked before any element is chosen, and one element has it.
/// - `{"x": {"b": [{"exists": false}]}}` alone asks the whole event and does not match: one element has a "b".
enum Oracle {
    static func matches(pattern: [UInt8], event: [UInt8]) throws -> Bool {
        matches(try OraclePattern(pattern), try OracleEvent(event))
    }

    static func matches(_ pattern: OraclePattern, _ event: OracleEvent) -> Bool {
        pattern.alternatives.contains { holds($0[...], chosen: [:], event.leaves) }
    }

    private static func holds(
        _ clauses: ArraySlice<OraclePattern.Clause>, chosen: [Int: Int], _ leaves: [OracleEvent.Leaf]
    ) -> Bool {
        guard let clause = clauses.first else { return true }
        var isAbsent = true
        for leaf in leaves where leaf.path == clause.path && agree(leaf.elements, chosen) {
            isAbsent = false
            guard clause.tests.contains(where: { $0.accepts(leaf.value) }) else { continue }
            let together = chosen.merging(leaf.elements) { old, _ in old }
            if holds(clauses.dropFirst(), chosen: together, leaves) { return true }
        }
        let allowsAbsence = clause.tests.contains { if case .absent = $0 { true } else { false } }
        return isAbsent && allowsAbsence && holds(clauses.dropFirst(), chosen: chosen, leaves)
    }

    /// Whether no list that both know has two different elements.
    private static func agree(_ left: [Int: Int], _ right: [Int: Int]) -> Bool {
        left.allSatisfy { list, element in right[list] == nil || right[list] == element }
    }
}
