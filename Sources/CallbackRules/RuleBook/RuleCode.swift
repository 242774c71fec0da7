/// The stable codes of what is wrong with a rule as a whole. A code is never given a new meaning; R001 to R008 and R010
/// are not used any more: the reader of the configuration finds those.
package enum RuleCode: String, CaseIterable, Sendable {
    case bodyForOther = "R009"
    case fixedOrder = "R011"
    case noBody = "R012"

    package var meaning: String {
        switch self {
        case .bodyForOther: "a rule gives a body to a target that is no webhook"
        case .fixedOrder: "order-by is a fixed text, so that all deliveries of the rule wait for each other"
        case .noBody: "a rule gives no body to a target of the format template that has none"
        }
    }
}
