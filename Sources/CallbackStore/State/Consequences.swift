package import CallbackCore

/// What follows from the end of an attempt beside the delivery's own place: written in the same transaction.
///
/// A class, because nearly all settlements have none and pay for one word only.
package final class Consequences: Sendable {
    /// The delivery has died: these targets get its event.
    package struct OnDead: Sendable {
        package var targets: [Int64]
        /// The target whose delivery has died.
        package var deadTarget: TargetName
        /// Why, in one line.
        package var reason: String

        package init(targets: [Int64], deadTarget: TargetName, reason: String) {
            self.targets = targets
            self.deadTarget = deadTarget
            self.reason = reason
        }
    }

    /// What is known of the target from now on.
    package let target: TargetState?
    /// Events of our own, with the deliveries that rules ask for.
    package let raised: IntakeEntry?
    package let onDead: OnDead?

    package init(target: TargetState? = nil, raised: IntakeEntry? = nil, onDead: OnDead? = nil) {
        self.target = target
        self.raised = raised
        self.onDead = onDead
    }
}
