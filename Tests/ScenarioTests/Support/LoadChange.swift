/// One change of a domain that was committed, and what its event must say.
struct LoadChange: Sendable {
    var type: String
    var subject: String
    /// The display name: of the new row, or of the deleted one. Each is written once.
    var value: String
    /// The display name before an update.
    var previous: String?

    var key: String { "\(type) \(value)" }
    /// Whether the rule for the hook wants it too.
    var isForHook: Bool { type != "domain.deleted" && value.hasPrefix("h") }
}
