import GRDB

/// What packets say of a plan item, and the rows of `PlanItemProperties` that hold it.
enum PlanItemProperties {
    static let urlComponents = [
        ("dom_id", "The number of the domain"), ("dom_name", "The name of the domain"),
        ("ftp_user", "The name of the FTP account"), ("ftp_pass", "The password of the FTP account"),
        ("cl_id", "The number of the customer"), ("cname", "The customer's company"),
        ("pname", "The customer's name"), ("email", "The customer's e-mail address"),
    ]

    private static let button: [PacketGrammar.Part] = [
        .optional("url", .url, "Where the button leads that the item adds"),
        .optional("internal", .boolean, "Whether the address is opened inside the panel"),
        .optional("noframe", .boolean, "Whether it becomes part of the panel's page instead of a frame"),
        .optional(
            "url-components",
            .anyOrder(urlComponents.map { .optional($0.0, .boolean, $0.1) }),
            "What is told to that address"),
    ]

    private static let image = PacketGrammar.Part.optional(
        "image-file", .string, "The file with the picture of the button")

    /// Everything that an item is made with.
    static let ofNew: [PacketGrammar.Part] =
        [
            .required("visible", .boolean, "Whether it can be added to subscriptions"),
            .required("label", .label, "The name that people see"),
            .required("tooltip", .text, "What it is, in a sentence"),
        ] + button + [image]

    /// Everything that can be changed.
    static let ofChange: [PacketGrammar.Part] =
        [
            .optional("visible", .boolean, "Whether it can be added to subscriptions"),
            .optional("label", .label, "The name that people see"),
            .optional("tooltip", .text, "What it is, in a sentence"),
        ] + button + [image]

    /// What an item is described with.
    static let described: [PacketGrammar.Part] =
        [
            .optional("label", .any, "The name that people see"),
            .optional("tooltip", .any, "What it is, in a sentence"),
        ] + button + [.optional("image-http-path", .string, "The file with the picture of the button")]

    /// The rows that a packet makes; what it leaves out has none.
    static func rows(of node: PacketNode) -> [SettingRow] {
        var rows: [SettingRow] = []
        func keep(_ name: String, _ value: String?) {
            if let value { rows.append(SettingRow(element: name, value: value)) }
        }
        func truth(_ node: PacketNode?) -> String? {
            (node?.text).flatMap(ValueType.boolean).map(String.init)
        }
        keep("label", node.child("label")?.text)
        keep("tooltip", node.child("tooltip")?.text)
        keep("url", node.string("url"))
        keep("internal", truth(node.child("internal")))
        keep("noframe", truth(node.child("noframe")))
        for (component, _) in urlComponents {
            keep(component, truth(node.child("url-components")?.child(component)))
        }
        keep("image", node.string("image-file"))
        return rows
    }

    static func set(_ row: SettingRow, of item: Int64, in db: Database) throws {
        try db.change(
            sql: """
                INSERT INTO PlanItemProperties (plan_item_id, name, value) VALUES (?, ?, ?)
                ON CONFLICT (plan_item_id, name) DO UPDATE SET value = excluded.value WHERE value <> excluded.value
                """, arguments: [item, row.element, row.value])
    }

    /// The elements that describe an item, in the documented order.
    static func nodes(of item: Int64, in db: Database) throws -> [PacketNode] {
        let request = SQLRequest<Row>(
            sql: "SELECT name, value FROM PlanItemProperties WHERE plan_item_id = ?", arguments: [item], cached: true)
        let rows = try request.fetchAll(db).map { (key: $0[0] as String, value: $0[1] as String) }
        let values = Dictionary(uniqueKeysWithValues: rows)
        // The schema has them all or none.
        guard values["label"] != nil || values["tooltip"] != nil else { return [] }
        var nodes = [
            PacketNode("label", text: values["label"] ?? ""), PacketNode("tooltip", text: values["tooltip"] ?? ""),
        ]
        for name in ["url", "internal", "noframe"] {
            if let value = values[name] { nodes.append(PacketNode(name, text: value)) }
        }
        let components = urlComponents.compactMap { name, _ in values[name].map { PacketNode(name, text: $0) } }
        if !components.isEmpty { nodes.append(PacketNode("url-components", children: components)) }
        if let image = values["image"] { nodes.append(PacketNode("image-http-path", text: image)) }
        return nodes
    }
}
