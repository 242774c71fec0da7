package import CallbackCore

/// A rule whose verdict on an event would be another one by another rule book.
package struct VerdictShift: Sendable {
    package let rule: RuleName
    /// Nil where that rule book does not have the rule.
    package let then: RuleVerdict?
    package let now: RuleVerdict?

    /// The rules whose callbacks would be others: those that match in one of the books only, or go elsewhere.
    package static func all(then: [RuleVerdict], now: [RuleVerdict]) -> [VerdictShift] {
        let before = Dictionary(then.map { ($0.rule, $0) }, uniquingKeysWith: { first, _ in first })
        let after = Dictionary(now.map { ($0.rule, $0) }, uniquingKeysWith: { first, _ in first })
        let names = then.map(\.rule) + now.map(\.rule).filter { before[$0] == nil }
        return names.map { VerdictShift(rule: $0, then: before[$0], now: after[$0]) }.filter(\.isOne)
    }

    private var isOne: Bool {
        guard then?.hasMatched == true || now?.hasMatched == true else { return false }
        guard then?.hasMatched == true, now?.hasMatched == true else { return true }
        return Set(then?.targets ?? []) != Set(now?.targets ?? [])
    }

    package var json: JSONValue {
        ["rule": .string(rule.rawValue), "then": then?.json ?? .null, "now": now?.json ?? .null]
    }
}
