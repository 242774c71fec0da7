/// How one attempt ended.
package enum Outcome: Hashable, Sendable {
    /// The target has it.
    case delivered
    /// The target will never take it: a dead letter.
    case refused
    /// It may work later; `until` is what the target asked for, counted from the end of the attempt.
    case unavailable(retryAfter: Duration?)
    /// Nobody can know whether the target took it.
    case uncertain
}

/// One attempt as it is recorded: what happened, when, and in which words.
package struct AttemptReport: Sendable {
    package let delivery: DeliveryID
    package let outcome: Outcome
    package let startedAt: Timestamp
    package let duration: Duration
    /// HTTP status or exit code, where there was one.
    package let code: Int?
    /// One line for the operator: why it ended so. Empty where it was delivered.
    package let reason: String
    /// What the target answered or the hook printed, cut to its limit.
    package let output: [UInt8]
    package let outputTruncated: Bool
    /// Whether the failure speaks of the target as a whole (unreachable, overloaded) and not of this delivery.
    package let concernsTarget: Bool
    /// Whether it failed on this side, so that it says nothing about the target.
    package let isLocal: Bool
    /// Whether the target wants nothing more: it is disabled, and the delivery waits as if it had not been tried.
    package let disablesTarget: Bool

    package init(
        delivery: DeliveryID,
        outcome: Outcome,
        startedAt: Timestamp,
        duration: Duration,
        code: Int? = nil,
        reason: String = "",
        output: [UInt8] = [],
        outputTruncated: Bool = false,
        concernsTarget: Bool = false,
        isLocal: Bool = false,
        disablesTarget: Bool = false
    ) {
        self.delivery = delivery
        self.outcome = outcome
        self.startedAt = startedAt
        self.duration = duration
        self.code = code
        self.reason = reason
        self.output = output
        self.outputTruncated = outputTruncated
        self.concernsTarget = concernsTarget
        self.isLocal = isLocal
        self.disablesTarget = disablesTarget
    }
}
