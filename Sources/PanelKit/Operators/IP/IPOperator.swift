/// `ip`: the addresses of the server.
struct IPOperator: Operator {
    let name = "ip"
    let summary = "The addresses of the server"
    let operations: [PacketOperation]

    init(facts: @escaping @Sendable () -> ServerFacts) {
        operations = [Self.get(facts)]
    }

    private static func get(_ facts: @escaping @Sendable () -> ServerFacts) -> PacketOperation {
        .read(
            "get", "List the addresses of the server", grammar: .empty,
            answer: [
                .optional(
                    "addresses",
                    .sequence([
                        .any(
                            "ip_info",
                            .sequence([
                                .required("ip_address", .address, "The address"),
                                .required("netmask", .string, "Its network mask"),
                                .required("type", .word(["shared", "exclusive"]), "Always shared"),
                                .required("interface", .string, "The network interface that has it"),
                            ]), "An address")
                    ]), "The addresses")
            ]
        ) { _, _ in
            let addresses = facts().addresses.map { address in
                PacketNode(
                    "ip_info",
                    children: [
                        PacketNode("ip_address", text: address.text), PacketNode("netmask", text: address.netmask),
                        PacketNode("type", text: "shared"), PacketNode("interface", text: address.interface),
                    ])
            }
            return [.ok([PacketNode("addresses", children: addresses)])]
        }
    }
}
