/// Which event types can occur, and which fields each of them can have: what rules and templates are held against.
package struct EventCatalog: Sendable {
    package var shapes: [EventType: EventShape]

    package init(_ shapes: [EventShape] = []) {
        self.shapes = Dictionary(shapes.map { ($0.type, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// Takes in the events of another catalogue. A type that both have can have the fields of either: it does not say
    /// which of the sources it comes from.
    package mutating func merge(_ other: EventCatalog) {
        shapes.merge(other.shapes) { first, second in
            EventShape(type: first.type, summary: first.summary, data: first.data.union(second.data))
        }
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

    /// What can stand at a place where either shape may be.
    package func union(_ other: FieldShape) -> FieldShape {
        switch (self, other) {
        case (.leaf, let shape), (let shape, .leaf): shape
        case (.object(let own), .object(let more)): .object(Self.union(own, more))
        case (.object(let own), .open(let more)), (.open(let own), .object(let more)),
            (.open(let own), .open(let more)):
            .open(Self.union(own, more))
        }
    }

    private static func union(_ own: [String: FieldShape], _ more: [String: FieldShape]) -> [String: FieldShape] {
        own.merging(more) { $0.union($1) }
    }
}
