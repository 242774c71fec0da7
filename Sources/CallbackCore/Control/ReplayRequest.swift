/// Events of the journal that are to be sent to one target once more.
package struct ReplayRequest: Hashable, Sendable, Codable {
    package var target: String
    /// The first moment that belongs to it, in milliseconds since 1970.
    package var since: Int64
    /// The first moment that does not.
    package var until: Int64
    /// Nothing but events of these types; all types where it is empty.
    package var types: [String]
    package var subject: String?
    /// Nothing but what this rule sends there.
    package var rule: String?
    /// Nothing but what some rule sends there.
    package var onlyMatched: Bool
    /// Repeats what the target has received, with the same `webhook-id`s.
    package var sameID: Bool
    /// Deliveries that enter the queue in a second.
    package var rate: Double

    package init(
        target: String,
        since: Int64,
        until: Int64,
        types: [String] = [],
        subject: String? = nil,
        rule: String? = nil,
        onlyMatched: Bool = false,
        sameID: Bool = false,
        rate: Double
    ) {
        self.target = target
        self.since = since
        self.until = until
        self.types = types
        self.subject = subject
        self.rule = rule
        self.onlyMatched = onlyMatched
        self.sameID = sameID
        self.rate = rate
    }
}
