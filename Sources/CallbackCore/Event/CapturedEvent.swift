/// What one or several changes mean, as a source hands it over: named, but not yet in the journal.
package struct CapturedEvent: Sendable {
    package var type: EventType
    /// What the event is about, such as `plan_item/1234`.
    package var subject: String
    /// The change's own time.
    package var time: Timestamp
    /// The event's `data`: always an object.
    package var data: JSONValue
    /// The position of the change in its source, from which the event's identity is made.
    package var origin: EventOrigin

    package init(type: EventType, subject: String, time: Timestamp, data: JSONValue, origin: EventOrigin) {
        self.type = type
        self.subject = subject
        self.time = time
        self.data = data
        self.origin = origin
    }
}

/// Where an event came from, exactly: the same change keeps the same identity however often it is read.
package struct EventOrigin: Hashable, Sendable {
    /// The source's sequence number of the change.
    package var position: Int64
    /// A random number that the source drew when the change was written; zero where it has none.
    package var nonce: Int64
    /// The number of this event among those of the same position.
    package var ordinal: Int

    package init(position: Int64, nonce: Int64, ordinal: Int) {
        self.position = position
        self.nonce = nonce
        self.ordinal = ordinal
    }
}

extension EventOrigin {
    /// Of an event that no change made: its identity is drawn at random, once.
    package static let none = EventOrigin(position: -1, nonce: 0, ordinal: 0)
}
