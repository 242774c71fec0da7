/// The cause of a delivery that an operator's replay made, as it stands in the tables.
///
/// `replay:3` is a delivery of its own, with a `webhook-id` of its own. `replay:3:rule` repeats the delivery that had the
/// cause `rule`, with that one's `webhook-id`.
package enum ReplayCause {
    private static let start = "replay:"

    /// - Parameter original: the cause of the delivery whose `webhook-id` is used again; nil for a new one.
    package static func text(_ number: Int64, repeating original: String? = nil) -> String {
        "\(start)\(number)" + (original.map { ":\($0)" } ?? "")
    }

    /// The number of the replay; nil where no replay made the delivery.
    package static func number(of cause: String) -> Int64? {
        guard cause.hasPrefix(start) else { return nil }
        return Int64(cause.dropFirst(start.count).prefix { $0 != ":" })
    }

    /// The cause that the `webhook-id` is made from.
    package static func identity(of cause: String) -> String {
        guard cause.hasPrefix(start) else { return cause }
        let rest = cause.dropFirst(start.count)
        guard let colon = rest.firstIndex(of: ":") else { return cause }
        return String(rest[rest.index(after: colon)...])
    }

    /// The cause as lists show it: whose doing the delivery is.
    package static func shown(_ cause: String) -> String { number(of: cause).map { text($0) } ?? cause }

    /// The first and the last text that a cause of one replay can have.
    package static func range(_ number: Int64, repeats: Bool) -> (first: String, last: String) {
        // The semicolon follows the colon: what begins with "replay:3:" stands before "replay:3;".
        repeats ? (text(number) + ":", text(number) + ";") : (text(number), text(number))
    }
}

extension RuleName {
    /// The rule of a replayed event that no rule sends to the target: always in force, and no name that a user can give.
    package static let unruled: RuleName = "(none)"
}
