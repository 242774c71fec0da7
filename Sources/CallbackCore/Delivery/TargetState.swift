/// What is known of a target's health, as it is kept over restarts. A target of which nothing is kept is well.
package struct TargetState: Hashable, Sendable {
    /// Why a target is disabled.
    package enum DisabledReason: String, Hashable, Sendable, CaseIterable {
        /// The target said that it wants nothing more.
        case gone
        /// It has failed without a success for too long.
        case failing
    }

    package struct Disabled: Hashable, Sendable {
        package var reason: DisabledReason
        /// One line for the operator.
        package var words: String
        package var since: Timestamp

        package init(reason: DisabledReason, words: String, since: Timestamp) {
            self.reason = reason
            self.words = words
            self.since = since
        }
    }

    /// The breaker is open: the target is left alone until then, and then probed.
    package var openUntil: Timestamp?
    /// Probes that have failed in a row, the opening counted as one.
    package var trips = 0
    /// The target asked to be left alone until then.
    package var throttledUntil: Timestamp?
    /// How long it has failed without a success.
    package var failingFor: Duration = .zero
    /// The latest failure; nil where the latest attempt succeeded.
    package var lastFailure: Timestamp?
    package var disabled: Disabled?
    /// It was disabled, and has taken nothing since.
    package var isRecovering = false

    package init() {}

    /// Whether nothing needs to be kept.
    package var isWell: Bool { self == TargetState() }
}
