import CallbackCore
import CallbackRules
import CallbackStore

/// What a lane must know of the rules in force, by their numbers.
struct LaneRules: Sendable, Equatable {
    /// Rules that are not in force: their deliveries are parked.
    var parked: Set<Int64>
    /// Rules whose deliveries let later ones of their lane pass while they wait to be tried again.
    var skipping: Set<Int64>

    func park(_ rule: Int64) -> Bool { !parked.isEmpty && parked.contains(rule) }

    func letOthersPass(_ rule: Int64) -> Bool { !skipping.isEmpty && skipping.contains(rule) }
}

extension Dispatcher.Plan {
    var laneRules: LaneRules {
        let rules = book.source.rules
        return LaneRules(
            parked: Set(registry.ruleNames.keys).subtracting(rules.compactMap { registry.rules[$0.name] }),
            skipping: Set(rules.filter { $0.onFailure == .skip }.compactMap { registry.rules[$0.name] }))
    }
}
