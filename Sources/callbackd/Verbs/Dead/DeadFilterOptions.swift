import ArgumentParser
import CallbackCore
import CallbackStore

/// Which dead letters are wanted.
struct DeadFilterOptions: ParsableArguments {
    @Option(help: "Only dead letters of this target.")
    var target: String?

    @Option(help: "Only dead letters of this rule.")
    var rule: String?

    @Option(help: "Only dead letters of events of this type.")
    var type: String?

    @Option(help: "Only dead letters of events about this, such as plan_item/1234.")
    var subject: String?

    @Option(help: "Only dead letters with this reason.")
    var reason: DeadReason?

    @Option(help: "Only what died from then on: a moment (2026-11-22T10:00:00Z) or how long ago (2h).")
    var since: MomentArgument?

    @Option(help: "Only what died before then: a moment, or how long ago.")
    var until: MomentArgument?

    var isEmpty: Bool {
        target == nil && rule == nil && type == nil && subject == nil && reason == nil && since == nil && until == nil
    }

    /// - Throws: `VerbFailure` where the state file has never heard of the rule or target.
    func filter(_ queries: StateQueries) throws -> DeadFilter {
        let now = SystemTimekeeper().now()
        let (start, end) = (since?.timestamp(now: now), until?.timestamp(now: now))
        if let start, let end, start >= end {
            throw ValidationError("--since (\(start)) is not before --until (\(end))")
        }
        try queries.refuseUnknown(target: target, rule: rule)
        return DeadFilter(
            target: target.map { TargetName($0) }, rule: rule.map { RuleName($0) }, type: type.map { EventType($0) },
            subject: subject, reason: reason, since: start, until: end)
    }
}

extension DeadReason: ExpressibleByArgument {}
