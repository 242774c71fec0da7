/// What may stand inside an element, as values: the one description from which packets are checked.
package indirect enum PacketGrammar: Sendable {
    /// Text of some type, and no elements.
    case value(ValueType)
    /// Nothing at all; the element itself is the message.
    case empty
    /// Parts in exactly this order.
    case sequence([Part])
    /// Parts in any order, each at most once.
    case anyOrder([Part])

    /// One step of a grammar.
    package enum Part: Sendable {
        case element(String, ClosedRange<Int>, PacketGrammar)
        /// One of several elements, as often as that element says; `required` where one of them must be there.
        case choice([Part], required: Bool)
    }
}

extension PacketGrammar.Part {
    static func required(_ name: String, _ content: PacketGrammar) -> Self {
        .element(name, 1...1, content)
    }

    static func optional(_ name: String, _ content: PacketGrammar) -> Self {
        .element(name, 0...1, content)
    }

    static func any(_ name: String, _ content: PacketGrammar) -> Self {
        .element(name, 0...Int.max, content)
    }

    static func several(_ name: String, _ content: PacketGrammar) -> Self {
        .element(name, 1...Int.max, content)
    }

    /// The names with which this part can begin.
    var names: [String] {
        switch self {
        case .element(let name, _, _): [name]
        case .choice(let parts, _): parts.flatMap(\.names)
        }
    }

    func begins(with node: PacketNode) -> Bool {
        names.contains { node.isNamed($0) }
    }
}
