package import CallbackCore

/// One thing that is not as a test expects it.
package struct RuleTestFailure: Hashable, Sendable {
    /// Where the expectation stands.
    package let place: ConfigPlace
    package let rule: RuleName
    package let target: TargetName?
    /// What differs, such as `targets`, `order` or `body.plan.id`; nil where it is the rule itself.
    package let path: String?
    /// What was expected and what came, in words.
    package let words: String
    package let expected: JSONValue?
    package let actual: JSONValue?

    init(
        at place: ConfigPlace,
        rule: RuleName,
        target: TargetName? = nil,
        path: String? = nil,
        _ words: String,
        expected: JSONValue? = nil,
        actual: JSONValue? = nil
    ) {
        self.place = place
        self.rule = rule
        self.target = target
        self.path = path
        self.words = words
        self.expected = expected
        self.actual = actual
    }

    init(at place: ConfigPlace, rule: RuleName, target: TargetName, _ difference: JSONDifference) {
        self.init(
            at: place, rule: rule, target: target, path: difference.path, difference.words,
            expected: difference.expected, actual: difference.actual)
    }

    /// The whole sentence, such as `rule "bill", target "billing": body.plan: expected 7, came 8`.
    package var message: String {
        let owner = "rule \"\(rule)\"" + (target.map { ", target \"\($0)\"" } ?? "")
        return path.map { "\(owner): \($0): \(words)" } ?? "\(owner) \(words)"
    }
}
