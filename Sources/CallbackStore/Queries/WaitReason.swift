package import CallbackCore

/// Why a delivery that waits does not start.
package enum WaitReason: Hashable, Sendable {
    /// Its target takes nothing at present. The words say why, and until when where that is known.
    case targetStops(String)
    /// An operator holds it.
    case held
    /// The configuration does not have its rule any more.
    case ruleIsGone(RuleName)
    case targetIsGone(TargetName)
    /// Nobody can know whether it was taken.
    case uncertain
    /// It failed, and its time has not come; or it has, and it waits for its turn. The words are the last failure's.
    case deferred(until: Timestamp, isDue: Bool, lastFailure: String?)
    /// Another one of the same order has to go first, and does not.
    case behind(DeliveryID, String)

    package var words: String {
        switch self {
        case .targetStops(let words): words
        case .held: "held by an operator"
        case .ruleIsGone(let rule): "parked: the rule \(rule) is not in the configuration"
        case .targetIsGone(let target): "parked: the target \(target) is not in the configuration"
        case .uncertain: "nobody can know whether it was taken"
        case .deferred(let until, let isDue, let failure):
            (isDue ? "due since \(until)" : "deferred until \(until)") + (failure.map { ", after: \($0)" } ?? "")
        case .behind(let id, let words): "behind \(id), which is \(words)"
        }
    }
}

/// A delivery that waits for more than its turn.
package struct StuckDelivery: Sendable {
    package var summary: DeliverySummary
    /// The time of its event.
    package var since: Timestamp?
    package var reason: WaitReason

    package var json: JSONValue {
        guard case .object(var object) = summary.json else { return summary.json }
        object.append("since", since.map { .string($0.description) } ?? .null)
        object.append("why", .string(reason.words))
        return .object(object)
    }
}
