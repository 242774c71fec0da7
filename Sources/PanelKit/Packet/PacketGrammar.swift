/// What may stand inside an element, as values: the one description from which packets are checked, and from which
/// the command line, the reference and the dictionary are made.
package indirect enum PacketGrammar: Sendable {
    /// Text of some type, and no elements.
    case value(ValueType)
    /// Nothing at all; the element itself is the message.
    case empty
    /// Parts in exactly this order.
    case sequence([Part])
    /// Parts in any order, each as often as it says, and of a choice one element.
    case anyOrder([Part])

    /// One step of a grammar.
    package enum Part: Sendable {
        case element(PacketElement)
        /// One of several elements, as often as that element says; `required` where one of them must be there.
        case choice([Part], required: Bool)
    }

    /// The parts inside, in their order; none where there is only text or nothing.
    package var parts: [Part] {
        switch self {
        case .value, .empty: []
        case .sequence(let parts), .anyOrder(let parts): parts
        }
    }

    /// The element of that name among the parts and their choices, in either spelling.
    package func element(_ name: String) -> PacketElement? {
        parts.lazy.flatMap(\.elements).first { PacketNode($0.name).isNamed(name) }
    }
}

/// An element that a grammar knows: its name, how often it may stand there, what is in it, and what it is for.
package struct PacketElement: Sendable {
    /// The schema's spelling; a packet may write `-` for `_` and the reverse.
    package let name: String
    /// How often it may follow itself; the upper bound is `Int.max` where there is none.
    package let occurs: ClosedRange<Int>
    package let content: PacketGrammar
    /// What it says, in a few words.
    package let summary: String
}

extension PacketGrammar.Part {
    static func required(_ name: String, _ content: PacketGrammar, _ summary: String) -> Self {
        .element(PacketElement(name: name, occurs: 1...1, content: content, summary: summary))
    }

    static func required(_ name: String, _ type: ValueType, _ summary: String) -> Self {
        required(name, .value(type), summary)
    }

    static func optional(_ name: String, _ content: PacketGrammar, _ summary: String) -> Self {
        .element(PacketElement(name: name, occurs: 0...1, content: content, summary: summary))
    }

    static func optional(_ name: String, _ type: ValueType, _ summary: String) -> Self {
        optional(name, .value(type), summary)
    }

    static func any(_ name: String, _ content: PacketGrammar, _ summary: String) -> Self {
        .element(PacketElement(name: name, occurs: 0...Int.max, content: content, summary: summary))
    }

    static func any(_ name: String, _ type: ValueType, _ summary: String) -> Self {
        any(name, .value(type), summary)
    }

    static func several(_ name: String, _ content: PacketGrammar, _ summary: String) -> Self {
        .element(PacketElement(name: name, occurs: 1...Int.max, content: content, summary: summary))
    }

    static func several(_ name: String, _ type: ValueType, _ summary: String) -> Self {
        several(name, .value(type), summary)
    }

    /// The elements with which this part can begin.
    package var elements: [PacketElement] {
        switch self {
        case .element(let element): [element]
        case .choice(let parts, _): parts.flatMap(\.elements)
        }
    }

    /// The names with which this part can begin.
    var names: [String] { elements.map(\.name) }

    /// Tells whether a packet must have this part.
    package var isRequired: Bool {
        switch self {
        case .element(let element): element.occurs.lowerBound > 0
        case .choice(_, let required): required
        }
    }

    /// How often it may come where the order is free.
    var limit: Int {
        switch self {
        case .element(let element): element.occurs.upperBound
        case .choice: 1
        }
    }

    func begins(with node: PacketNode) -> Bool {
        switch self {
        case .element(let element): node.isNamed(element.name)
        case .choice(let parts, _): parts.contains { $0.begins(with: node) }
        }
    }
}
