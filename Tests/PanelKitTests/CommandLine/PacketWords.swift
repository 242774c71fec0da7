@testable import PanelKit

/// The words that say an operation's element on the command line: the inverse of what the program does.
enum PacketWords {
    /// The options that are needed, in the order of the grammar; one that repeats is there several times.
    static func options(_ node: PacketNode, _ grammar: PacketGrammar) -> [(name: String, value: String?)] {
        options(node.children, grammar.parts, below: "")
    }

    /// Options and values as single words; a value that could be taken for an option is joined with `=`.
    static func words(_ options: [(name: String, value: String?)]) -> [String] {
        options.flatMap { option in
            guard let value = option.value else { return ["--" + option.name] }
            return value.hasPrefix("--") ? ["--\(option.name)=\(value)"] : ["--" + option.name, value]
        }
    }

    private static func options(
        _ nodes: [PacketNode], _ parts: [PacketGrammar.Part], below prefix: String
    ) -> [(name: String, value: String?)] {
        parts.flatMap(\.elements).flatMap { element -> [(name: String, value: String?)] in
            let name = element.optionName(below: prefix)
            let same = nodes.filter { $0.isNamed(element.name) }
            switch element.form {
            case .flag:
                return same.map { _ in (name, nil) }
            case .value(_, let commas):
                guard commas, same.count > 1 else { return same.map { (name, $0.text) } }
                return [(name, same.map(\.text).joined(separator: ","))]
            case .names:
                return same.map { (name, $0.children.map(Self.named).joined(separator: ",")) }
            case .pair:
                return same.map { node in
                    let left = escaped(node.child("name")?.text ?? "", ["=", "\\"])
                    return (name, left + "=" + (node.child("value")?.text ?? ""))
                }
            case .fields(let parts):
                return same.map { node in
                    let fields = options(node.children, parts, below: "").map { field in
                        field.name + (field.value.map { "=" + escaped($0, [",", "\\"]) } ?? "")
                    }
                    return (name, fields.joined(separator: ","))
                }
            case .structure(let parts):
                return same.flatMap { node in
                    let inside = options(node.children, parts, below: name)
                    return inside.isEmpty && PacketGrammar.Part.mayAllBeAbsent(parts) ? [(name, nil)] : inside
                }
            }
        }
    }

    private static func named(_ node: PacketNode) -> String {
        node.text.isEmpty || node.text == "true" ? node.name : "\(node.name)=\(node.text)"
    }

    private static func escaped(_ text: String, _ special: Set<Character>) -> String {
        text.map { special.contains($0) ? "\\\($0)" : String($0) }.joined()
    }
}
