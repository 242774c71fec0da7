/// `server`: which protocol the panel speaks, and where it runs.
struct ServerOperator: Operator {
    let name = "server"
    let summary = "The server and the versions of the protocol"
    let operations: [PacketOperation]

    init(facts: @escaping @Sendable () -> ServerFacts) {
        operations = [Self.getProtos, Self.get(facts)]
    }

    private static let getProtos = PacketOperation.read(
        "get_protos", "List the versions of the protocol that are spoken", grammar: .empty,
        answer: [
            .optional("protos", .sequence([.several("proto", .string, "A version")]), "The versions, oldest first")
        ]
    ) { _, _ in
        let versions = ProtocolVersion.documented.map { PacketNode("proto", text: $0) }
        return [.ok([PacketNode("protos", children: versions)])]
    }

    private static func get(_ facts: @escaping @Sendable () -> ServerFacts) -> PacketOperation {
        .read(
            "get", "Describe the server",
            grammar: .anyOrder([
                .optional("gen_info", .empty, "Its name and GUID"),
                .optional("key", .empty, "What the panel's own licence allows"),
            ]),
            answer: [
                .optional(
                    "key",
                    .sequence([
                        .any("property", PlanSettings.named(.string), "A limit; -1 is unlimited")
                    ]), "What the panel's own licence allows: this panel has no limits"),
                .optional(
                    "gen_info",
                    .sequence([
                        .required("server_name", .string, "The name of the machine"),
                        .required("server_guid", .string, "36 characters, the same at every start"),
                        .required("mode", .string, "Always standard"),
                    ]), "Its name and GUID"),
            ]
        ) { node, _ in
            var nodes: [PacketNode] = []
            if node.child("key") != nil {
                let limits = ["lim_cl", "lim_dom"].map { SettingRow(element: $0, value: "-1") }
                nodes.append(PacketNode("key", children: SettingRow.list(limits, each: "property")))
            }
            if node.child("gen_info") != nil {
                let facts = facts()
                nodes.append(
                    PacketNode(
                        "gen_info",
                        children: [
                            PacketNode("server_name", text: facts.name), PacketNode("server_guid", text: facts.guid),
                            PacketNode("mode", text: "standard"),
                        ]))
            }
            return [.ok(nodes)]
        }
    }
}
