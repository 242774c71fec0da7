/// What follows where nobody can know whether a target has processed a delivery: its request went out, or its hook ran,
/// and no end of it was heard.
package enum DoubtPolicy: Hashable, Sendable {
    /// It is sent again with the same `webhook-id`; the receiver tells repetitions apart.
    case sendAgain
    /// The target's own side is asked first, and nothing is sent before it has answered.
    case ask
    /// It is never sent again by itself: a dead letter says so.
    case giveUp
}

/// How it is found out whether a delivery was processed: by exactly one of these.
package struct VerifySettings: Hashable, Sendable {
    /// Where a GET with the `webhook-id` goes; may hold templates.
    package var url: String?
    /// A program and its arguments, which may hold templates.
    package var command: [String]?
    package var place: ConfigPlace?

    package init(url: String? = nil, command: [String]? = nil, place: ConfigPlace? = nil) {
        self.url = url
        self.command = command
        self.place = place
    }
}

/// What the other side says about a delivery that is in doubt.
package enum VerifyAnswer: Hashable, Sendable {
    case processed
    /// It is not processed and will not be unless it is sent again.
    case notProcessed
    /// No answer, or none of these two: it is asked again.
    case unknown
}

/// What an attempt does.
package enum AttemptKind: String, Hashable, Sendable {
    case send
    /// Asks whether an earlier attempt was processed.
    case verify
}
