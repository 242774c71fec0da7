/// Why there is a delivery, as it stands in the tables and in the making of its `webhook-id`.
package enum DeliveryCause {
    /// A rule matched the event.
    package static let rule = "rule"

    private static let onDead = "on-dead/"

    /// Another delivery of the same rule and event has died, the one to this target.
    package static func onDead(of target: TargetName) -> String { onDead + target.rawValue }

    /// Whether it follows from a dead one.
    package static func isOnDead(_ cause: String) -> Bool { cause.hasPrefix(onDead) }
}
