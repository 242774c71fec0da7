/// An event that never happened, made up to hold rules against.
package struct ExampleEvent: Sendable {
    package static let standardSubject = "test"
    package static let standardSource = "/test"
    /// Stands where the example says no time; the same on every run.
    package static let standardTime = Timestamp(milliseconds: 946_684_800_000)
    package static let standardID = EventID(rawValue: "evt_00000000000000000000000000")

    /// The event as a source would hand it over.
    package var captured: CapturedEvent
    /// The event's CloudEvents source.
    package var source: String
    package var id: EventID
    package var sequence: Int64

    package init(
        _ captured: CapturedEvent,
        source: String = standardSource,
        id: EventID = standardID,
        sequence: Int64 = 1
    ) {
        self.captured = captured
        self.source = source
        self.id = id
        self.sequence = sequence
    }

    /// The event as the journal would keep it.
    package var journalled: Event {
        var draft = CloudEvent.draft(
            id: id, source: source, type: captured.type, subject: captured.subject, time: captured.time,
            data: captured.data)
        draft.number(sequence)
        return Event(
            sequence: sequence, id: id, type: captured.type, subject: captured.subject, time: captured.time,
            body: draft.body)
    }
}
