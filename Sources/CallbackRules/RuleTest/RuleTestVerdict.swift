package import CallbackCore

/// What a test came to.
package struct RuleTestVerdict: Sendable {
    /// A delivery that the rules ask for.
    package struct Delivery: Sendable {
        package let rule: RuleName
        package let target: TargetName
        /// Nil where it waits for no other.
        package let orderingKey: String?
        /// What would be sent, or why nothing could.
        package let preview: Result<DeliveryPreview, RehearsalProblem>
    }

    package let test: RuleTest
    /// Every rule that matched, in the order of the file.
    package let matched: [RuleName]
    package let deliveries: [Delivery]
    package let failures: [RuleTestFailure]

    package var isGood: Bool { failures.isEmpty }
}

/// Which rules the tests as a whole have shown at work.
package enum RuleCoverage {
    /// The rules that no test's event matched, in the order of the file.
    package static func unmatched(of rules: [RuleSettings], by verdicts: [RuleTestVerdict]) -> [RuleSettings] {
        let matched = Set(verdicts.flatMap(\.matched))
        return rules.filter { !matched.contains($0.name) }
    }
}
