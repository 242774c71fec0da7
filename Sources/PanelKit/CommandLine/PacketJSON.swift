/// Elements of an answer as JSON, with the types of their grammar.
enum PacketJSON {
    static func object(_ nodes: [PacketNode], _ parts: [PacketGrammar.Part]) -> String {
        var names: [String] = []
        for node in nodes where !names.contains(node.name) { names.append(node.name) }
        let members = names.map { name in
            let same = nodes.filter { $0.name == name }
            let element = parts.lazy.flatMap(\.elements).first { PacketNode($0.name).isNamed(name) }
            let values = same.map { value($0, element?.content) }
            let isList = element.map { $0.occurs.upperBound > 1 } ?? (same.count > 1)
            return EscapedText.quoted(name) + ": " + (isList ? "[" + values.joined(separator: ", ") + "]" : values[0])
        }
        return "{" + members.joined(separator: ", ") + "}"
    }

    private static func value(_ node: PacketNode, _ grammar: PacketGrammar?) -> String {
        switch grammar {
        case .sequence(let parts), .anyOrder(let parts): object(node.children, parts)
        case .empty: "true"
        case .value(let type): text(node.text, type)
        case nil: node.children.isEmpty ? EscapedText.quoted(node.text) : object(node.children, [])
        }
    }

    /// A number or truth where the value is one; another panel may have sent anything.
    private static func text(_ text: String, _ type: ValueType) -> String {
        switch type {
        case .boolean: ValueType.boolean(text).map(String.init) ?? EscapedText.quoted(text)
        case .integer, .identifier: Int64(text).map(String.init) ?? EscapedText.quoted(text)
        default: EscapedText.quoted(text)
        }
    }
}
