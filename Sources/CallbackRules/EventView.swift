package import CallbackCore

/// An event as patterns and templates see it: the attributes beside `data`, and `data`.
package struct EventView: Sendable {
    package let type: EventType
    package let source: String
    package let subject: String
    package let time: Timestamp
    package let data: JSONValue
    /// Unknown until the journal takes the event.
    package let id: EventID?
    /// The number in the journal, unknown until the journal takes the event.
    package let sequence: Int64?

    /// The event as its source hands it over, before it has its number.
    package init(_ event: CapturedEvent, source: String) {
        type = event.type
        subject = event.subject
        time = event.time
        data = event.data
        self.source = source
        id = nil
        sequence = nil
    }

    /// An event in the form of a CloudEvent, without an identity of ours; nil where it has no type or subject.
    package init?(cloudEvent: JSONValue, time: Timestamp) {
        guard let type = cloudEvent["type"]?.string, let subject = cloudEvent["subject"]?.string else { return nil }
        self.type = EventType(type)
        self.subject = subject
        self.time = time
        source = cloudEvent["source"]?.string ?? ""
        data = cloudEvent["data"] ?? .null
        id = nil
        sequence = nil
    }

    /// The event as the journal keeps it.
    /// - Parameter needsBody: whether `data` or `source` will be asked for; else the text is not parsed.
    /// - Throws: `RenderingError` where the event's text is not the JSON that it must be.
    package init(_ event: Event, needsBody: Bool = true) throws(RenderingError) {
        type = event.type
        subject = event.subject
        time = event.time
        id = event.id
        sequence = event.sequence
        guard needsBody else {
            source = ""
            data = .null
            return
        }
        do {
            let body = try JSONParser.parse(event.body)
            source = body["source"]?.string ?? ""
            data = body["data"] ?? .null
        } catch {
            throw RenderingError("the text of event \(event.id) cannot be read: \(error)")
        }
    }

    /// What stands at a path; nil where nothing does.
    package func value(at path: EventPath) -> JSONValue? {
        guard let first = path.segments.first else { return nil }
        if first == "data" { return data.value(along: path.segments.dropFirst()) }
        guard path.segments.count == 1, let attribute = EventAttribute(rawValue: first) else { return nil }
        return value(of: attribute)
    }

    func value(of attribute: EventAttribute) -> JSONValue? {
        switch attribute {
        case .specversion: "1.0"
        case .datacontenttype: "application/json"
        case .type: .string(type.rawValue)
        case .source: .string(source)
        case .subject: .string(subject)
        case .time: .string(time.description)
        case .id: id.map { .string($0.rawValue) }
        case .sequence: sequence.map { .string(Self.padded($0)) }
        }
    }

    private static func padded(_ sequence: Int64) -> String {
        var digits: [UInt8] = []
        digits.appendDigits(sequence, width: CloudEvent.sequenceWidth)
        return String(decoding: digits, as: UTF8.self)
    }
}

/// A member of an event beside `data`.
enum EventAttribute: String, CaseIterable, Sendable {
    case type, subject, source, time, specversion, datacontenttype, id, sequence

    /// Rules are matched before the journal gives an event its identity and number.
    var isKnownBeforeJournal: Bool { self != .id && self != .sequence }
}
