/// `dictionary`: what this panel can be asked, what happens in it, and what its errors mean.
struct DictionaryOperator: Operator {
    let name = "dictionary"
    let summary = "What the panel can be asked, which events it logs, and what its errors mean"
    let operations: [PacketOperation]
    /// What it lists.
    let contents: [PacketNode]

    /// - Parameter others: the operators that it lists, beside itself.
    init(listing others: [any Operator]) {
        let entries = others.map { DictionaryEntry(name: $0.name, summary: $0.summary, operations: $0.operations) }
        let contents = Self.contents(entries, name: name, summary: summary)
        self.contents = contents
        operations = [
            .read("get", Self.action, grammar: .empty, answer: Self.answer) { _, _ in [.ok(contents)] }
        ]
    }

    private struct DictionaryEntry: Sendable {
        let name: String
        let summary: String
        let operations: [PacketOperation]

        var node: PacketNode {
            let children = operations.map { DictionaryOperator.named("operation", $0.name, $0.summary) }
            return DictionaryOperator.named("operator", name, summary, children)
        }
    }

    private static func contents(_ entries: [DictionaryEntry], name: String, summary: String) -> [PacketNode] {
        let listed = entries.map(\.node) + [named("operator", name, summary, [named("operation", "get", action)])]
        let events = PanelAction.all.map { event in
            named(
                "event", event.name, event.summary,
                [
                    PacketNode("type", text: event.eventType), PacketNode("class", text: event.objectClass),
                    PacketNode("components", children: event.components.map { PacketNode("component", text: $0) }),
                ])
        }
        let errors = PacketError.Code.allCases.map { code in
            PacketNode(
                "error",
                children: [
                    PacketNode("code", text: String(code.rawValue)), PacketNode("summary", text: code.meaning),
                ])
        }
        return [
            PacketNode("operators", children: listed), PacketNode("events", children: events),
            PacketNode("errors", children: errors),
        ]
    }

    private static let action = "List operators with their operations, logged events, and errors"

    private static let answer: [PacketGrammar.Part] = [
        .optional(
            "operators",
            .sequence([
                .any(
                    "operator",
                    .sequence(
                        head + [.any("operation", .sequence(head), "What it can do")]), "A program of the API")
            ]), "Everything that a packet can ask for"),
        .optional(
            "events",
            .sequence([
                .any(
                    "event",
                    .sequence(
                        head + [
                            .required("type", .string, "Its type in the event log"),
                            .required("class", .string, "Its class in the event log"),
                            .required(
                                "components", .sequence([.any("component", .value(.string), "A key")]),
                                "The keys of its old and new values"),
                        ]), "An action that the panel writes into its log")
            ]), "What the panel writes into its log"),
        .optional(
            "errors",
            .sequence([
                .any(
                    "error",
                    .sequence([
                        .required("code", .integer, "The errcode"), .required("summary", .any, "What it means"),
                    ]), "An error")
            ]), "The documented errors"),
    ]

    private static let head: [PacketGrammar.Part] = [
        .required("name", .string, "Its name"), .required("summary", .any, "What it is"),
    ]

    private static func named(
        _ element: String, _ name: String, _ summary: String, _ children: [PacketNode] = []
    ) -> PacketNode {
        PacketNode(
            element,
            children: [PacketNode("name", text: name), PacketNode("summary", text: summary)] + children)
    }
}
