/// Which event types can occur, and which fields each of them can have: what rules and templates are held against.
package struct EventCatalog: Sendable {
    package var shapes: [EventType: EventShape]

    package init(_ shapes: [EventShape] = []) {
        self.shapes = Dictionary(shapes.map { ($0.type, $0) }, uniquingKeysWith: { first, _ in first })
    }

    package mutating func merge(_ other: EventCatalog) {
        shapes.merge(other.shapes) { first, _ in first }
    }
}

/// One event type with its fields.
package struct EventShape: Sendable {
    package let type: EventType
    /// One sentence for the reference: what happened.
    package let summary: String
    /// The shape of the event's `data`.
    package let data: FieldShape

    package init(type: EventType, summary: String, data: FieldShape) {
        self.type = type
        self.summary = summary
        self.data = data
    }

    /// The whole event as a pattern sees it: `data` and the attributes beside it.
    package var event: FieldShape {
        .object(
            [
                "specversion": .leaf, "id": .leaf, "source": .leaf, "type": .leaf, "subject": .leaf, "time": .leaf,
                "datacontenttype": .leaf, "sequence": .leaf, "data": data,
            ]
        )
    }
}

/// What can stand at a place of an event.
package indirect enum FieldShape: Sendable {
    /// A string, number, boolean or null, or a list of them.
    case leaf
    /// An object with these members and no others.
    case object([String: FieldShape])
    /// An object with these members and others that cannot be known beforehand, such as a table's columns.
    case open([String: FieldShape])
}
