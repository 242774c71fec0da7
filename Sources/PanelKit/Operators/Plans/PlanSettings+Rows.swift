extension PlanSettings {
    static let phpPrefix = "php_"
    static let webServerPrefix = "web_server_"

    /// Properties of web hosting that begin like a directive of php.ini.
    private static let hostingOfPHP: Set = [
        "php_handler_id", "php_handler_type", "php_served_by_nginx", "php_version",
    ]

    /// Settings of which a plan has one at most: setting one takes the others away.
    static let alternatives = [
        ["nonexistent_user_bounce", "nonexistent_user_forward", "nonexistent_user_reject"],
        ["log_condition_log_bysize", "log_condition_log_bytime"],
    ]

    /// The rows that a packet's values make, in its order.
    ///
    /// - Throws: 1019 for a name that no setting can have.
    static func rows(of plan: PacketNode) throws(PacketError) -> [SettingRow] {
        var rows: [SettingRow] = []
        for section in plan.children {
            switch section.name.replacing("_", with: "-") {
            case "mail", "preferences", "performance":
                for child in section.children { rows += SettingRow.leaves(of: child) }
            case "limits":
                if let overuse = section.string("overuse") {
                    rows.append(SettingRow(element: "overuse", value: overuse))
                }
                rows += try SettingNames.limitRows(of: section)
            case "log-rotation":
                let on = section.child("on")
                rows.append(SettingRow(element: "log_rotation", value: on == nil ? "false" : "true"))
                for child in on?.children ?? [] { rows += SettingRow.leaves(of: child) }
            case "hosting":
                rows += try hostingRows(of: section)
            case "permissions":
                rows += try SettingNames.permissionRows(of: section)
            case "php-settings":
                rows += try SettingRow.all(named: section.children, prefix: phpPrefix)
            case "web-server-settings":
                for child in section.children { rows += SettingRow.leaves(of: child, prefix: webServerPrefix) }
            default:
                continue
            }
        }
        return rows
    }

    /// The sections of a plan as its values make them, in the order of the packets.
    ///
    /// - Parameter values: what the plan holds, without its plan items and its list of apps.
    static func sections(of kind: PlanKind, from values: [String: String]) -> [PacketNode] {
        var sections: [PacketNode] = []
        var rest = values
        for part in grammar(of: kind, hosting: hostingOfType, beforePHP: []) {
            guard let element = part.elements.first, element.name != "hosting" else { continue }
            let section = section(element, values)
            for used in section.used { rest[used] = nil }
            if let node = section.node { sections.append(node) }
        }
        // What no other section knows is a property of web hosting.
        let properties = rest.sorted { $0.key < $1.key }.map { SettingRow(element: $0.key, value: $0.value) }
        let hosting = hosting(properties.filter { $0.element != hostingType }, isNone: values[hostingType] == "none")
        let place = sections.firstIndex {
            ["performance", "permissions", "php-settings", "web-server-settings"].contains($0.name)
        }
        if let hosting { sections.insert(hosting, at: place ?? sections.count) }
        return sections
    }

    /// The row that says that a plan has no web hosting.
    private static let hostingType = "hosting_type"

    private static func hostingRows(of section: PacketNode) throws(PacketError) -> [SettingRow] {
        if section.child("none") != nil { return [SettingRow(element: hostingType, value: "none")] }
        guard let typed = section.child("vrt_hst") else {
            return try SettingRow.all(named: section.children(named: "property"))
        }
        return [SettingRow(element: hostingType, value: "vrt_hst")]
            + (try SettingRow.all(named: typed.children(named: "property")))
    }

    private static func hosting(_ properties: [SettingRow], isNone: Bool) -> PacketNode? {
        if isNone { return PacketNode("hosting", children: [PacketNode("none")]) }
        guard !properties.isEmpty else { return nil }
        let list = PacketNode("vrt_hst", children: SettingRow.list(properties, each: "property"))
        return PacketNode("hosting", children: [list])
    }

    /// A section with the names of the values that it holds.
    private static func section(
        _ element: PacketElement, _ values: [String: String]
    ) -> (node: PacketNode?, used: [String]) {
        switch element.name {
        case "limits": return list(element, values.filter { SettingNames.limits.contains($0.key) }, ["overuse"], values)
        case "permissions":
            return list(element, values.filter { SettingNames.permissions.contains($0.key) }, [], values)
        case "php-settings":
            let rows = values.filter { $0.key.hasPrefix(phpPrefix) && !hostingOfPHP.contains($0.key) }.sorted {
                $0.key < $1.key
            }
            let settings = rows.map { SettingRow(element: String($0.key.dropFirst(phpPrefix.count)), value: $0.value) }
            let nodes = SettingRow.list(settings, each: "setting")
            return (nodes.isEmpty ? nil : PacketNode(element.name, children: nodes), rows.map(\.key))
        case "log-rotation": return logRotation(element, values)
        default:
            let prefix = element.name == "web-server-settings" ? webServerPrefix : ""
            let children = element.content.parts.flatMap(\.elements)
            let nodes = children.compactMap { SettingRow.node(of: $0, prefix: prefix, in: values) }
            let used = nodes.flatMap { SettingRow.leaves(of: $0, prefix: prefix) }.map(\.element)
            return (nodes.isEmpty ? nil : PacketNode(element.name, children: nodes), used)
        }
    }

    private static func list(
        _ element: PacketElement, _ chosen: [String: String], _ before: [String], _ values: [String: String]
    ) -> (node: PacketNode?, used: [String]) {
        let each = String(element.name.dropLast())
        let head = before.compactMap { name in values[name].map { PacketNode(name, text: $0) } }
        let rows = chosen.sorted { $0.key < $1.key }.map { SettingRow(element: $0.key, value: $0.value) }
        let nodes = head + SettingRow.list(rows, each: each)
        return (nodes.isEmpty ? nil : PacketNode(element.name, children: nodes), before + rows.map(\.element))
    }

    private static func logRotation(
        _ element: PacketElement, _ values: [String: String]
    ) -> (node: PacketNode?, used: [String]) {
        guard let state = values["log_rotation"] else { return (nil, []) }
        let children = element.content.element("on")?.content.parts.flatMap(\.elements) ?? []
        let nodes = children.compactMap { SettingRow.node(of: $0, in: values) }
        let used = ["log_rotation"] + nodes.flatMap { SettingRow.leaves(of: $0) }.map(\.element)
        let inside = state == "true" ? PacketNode("on", children: nodes) : PacketNode("off")
        return (PacketNode(element.name, children: [inside]), used)
    }
}
