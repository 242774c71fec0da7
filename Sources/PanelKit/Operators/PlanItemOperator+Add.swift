import GRDB

extension PlanItemOperator {
    private static let urlComponents = [
        "dom_id", "dom_name", "ftp_user", "ftp_pass", "cl_id", "cname", "pname", "email",
    ]

    /// Registers a plan item; the panel chooses its name and guid.
    static let add = PacketOperation(
        name: "add",
        grammar: .sequence([
            .required("visible", .value(.boolean)),
            .required("label", .value(.label)),
            .required("tooltip", .value(.text)),
            .optional("url", .value(.url)),
            .optional("internal", .value(.boolean)),
            .optional("noframe", .value(.boolean)),
            .optional("url-components", .anyOrder(urlComponents.map { .optional($0, .value(.boolean)) })),
            .optional("image-file", .value(.string)),
        ])
    ) { node, operation in
        let db = operation.db
        let name = try PlanItem.nextName(in: db)
        try db.change(
            sql: """
                INSERT INTO PlanItems (classname, name, isVisible, applicableToSubscription, uuid)
                VALUES (?, ?, ?, 1, ?)
                """,
            arguments: [
                PlanItem.customClass, name, ValueType.boolean(node.string("visible") ?? "") == true ? 1 : 0,
                Guid.random(),
            ]
        )
        let id = db.lastInsertedRowID
        for (property, value) in properties(of: node) {
            try db.change(
                sql: "INSERT INTO PlanItemProperties (plan_item_id, name, value) VALUES (?, ?, ?)",
                arguments: [id, property, value]
            )
        }
        return [.ok([PacketNode("name", text: name)])]
    }

    /// The rows of `PlanItemProperties`; what the packet leaves out has none.
    private static func properties(of node: PacketNode) -> [(name: String, value: String)] {
        var properties: [(name: String, value: String)] = []
        func keep(_ name: String, _ value: String?) {
            if let value { properties.append((name, value)) }
        }
        func truth(_ node: PacketNode?) -> String? {
            (node?.text).flatMap(ValueType.boolean).map(String.init)
        }
        keep("label", node.child("label")?.text)
        keep("tooltip", node.child("tooltip")?.text)
        keep("url", node.string("url"))
        keep("internal", truth(node.child("internal")))
        keep("noframe", truth(node.child("noframe")))
        for component in urlComponents {
            keep(component, truth(node.child("url-components")?.child(component)))
        }
        keep("image", node.string("image-file"))
        return properties
    }
}
