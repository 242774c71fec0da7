/// An event of the journal. A reference, because many deliveries share one event and its body.
package final class Event: Sendable {
    /// The event's number in the journal: commit order.
    package let sequence: Int64
    package let id: EventID
    package let type: EventType
    package let subject: String
    package let time: Timestamp
    /// The CloudEvents JSON text: exactly the bytes that are journalled and sent.
    package let body: [UInt8]

    package init(
        sequence: Int64,
        id: EventID,
        type: EventType,
        subject: String,
        time: Timestamp,
        body: [UInt8]
    ) {
        self.sequence = sequence
        self.id = id
        self.type = type
        self.subject = subject
        self.time = time
        self.body = body
    }
}
