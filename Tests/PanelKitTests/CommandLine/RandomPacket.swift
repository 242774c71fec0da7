@testable import PanelKit

/// Elements that a grammar allows, chosen by a seed.
struct RandomPacket {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    mutating func node(_ name: String, _ grammar: PacketGrammar) -> PacketNode {
        PacketNode(name, children: nodes(grammar.parts))
    }

    private mutating func nodes(_ parts: [PacketGrammar.Part]) -> [PacketNode] {
        // Now and then a structure is there and empty.
        if PacketGrammar.Part.mayAllBeAbsent(parts), isDrawn(oneIn: 8) { return [] }
        return parts.flatMap { part in nodes(part, atLeastOnce: false) }
    }

    private mutating func nodes(_ part: PacketGrammar.Part, atLeastOnce: Bool) -> [PacketNode] {
        switch part {
        case .choice(let options, let required):
            guard required || atLeastOnce || !isDrawn(oneIn: 4) else { return [] }
            return nodes(options[Int(below: options.count, &self)], atLeastOnce: true)
        case .element(let element):
            let least = max(element.occurs.lowerBound, atLeastOnce ? 1 : 0)
            let most = min(element.occurs.upperBound, least + 2)
            var count = least
            while count < most, !isDrawn(oneIn: 3) { count += 1 }
            return (0..<count).map { _ in
                switch element.content {
                case .value(let type): PacketNode(element.name, text: text(type))
                case .empty: PacketNode(element.name)
                case .sequence(let parts), .anyOrder(let parts):
                    PacketNode(element.name, children: nodes(parts))
                }
            }
        }
    }

    /// Also texts that are no values of the type: those are for the engine to refuse.
    private mutating func text(_ type: ValueType) -> String {
        let words = type.words ?? []
        if !words.isEmpty { return words[Int(below: words.count, &self)] }
        let choices =
            type.isFreeOfCommas
            ? ["1", "-1", "192.0.2.1", "a.example", "2001:db8::1", "0", ""]
            : [
                "", "-1", "--label", "--xml", "a b", "a,b=c\\d", "=x", "übrig <&>\"'", " lead ", "two\nlines", "\\",
                "\\,",
            ]
        return choices[Int(below: choices.count, &self)]
    }

    private mutating func isDrawn(oneIn count: Int) -> Bool { Int(below: count, &self) == 0 }
}

extension RandomPacket: RandomNumberGenerator {
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

extension Int {
    fileprivate init(below bound: Int, _ random: inout RandomPacket) {
        self = Int.random(in: 0..<bound, using: &random)
    }
}
