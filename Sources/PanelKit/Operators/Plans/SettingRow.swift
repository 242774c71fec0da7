/// One setting as the panel's key and value tables hold it.
struct SettingRow: Sendable, Equatable {
    let element: String
    let value: String

    /// A setting that a packet names itself. Names are words, so that none can pass for something else in the table.
    ///
    /// - Throws: 1019 for a name that no setting can have.
    static func named(by node: PacketNode, prefix: String = "") throws(PacketError) -> SettingRow {
        let name = node.string("name") ?? ""
        let isWord = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "-"): true
            default: false
            }
        }
        guard isWord, prefix.count + name.count <= ValueType.columnWidth, name != AppFilter.element else {
            throw .invalid("name", "no setting can be called \"\(name.prefix(80))\"")
        }
        return SettingRow(element: prefix + name, value: node.string("value") ?? "")
    }

    /// The settings of a list: limits, permissions, properties.
    static func all(named nodes: [PacketNode], prefix: String = "") throws(PacketError) -> [SettingRow] {
        var rows: [SettingRow] = []
        for node in nodes { rows.append(try named(by: node, prefix: prefix)) }
        return rows
    }

    /// An element as a row, or where it has children these as rows, the names joined.
    static func leaves(of node: PacketNode, prefix: String = "") -> [SettingRow] {
        let element = prefix + node.name.replacing("-", with: "_")
        guard node.children.isEmpty else {
            return node.children.flatMap { leaves(of: $0, prefix: element + "_") }
        }
        return [SettingRow(element: element, value: node.text.isBlank ? "true" : node.text.whiteSpaceCollapsed)]
    }

    /// The element that `leaves` made a row of, if that row is there: the way back, led by the grammar.
    static func node(
        of element: PacketElement, prefix: String = "", in values: [String: String]
    ) -> PacketNode? {
        let name = prefix + element.name.replacing("-", with: "_")
        switch element.content {
        case .value: return values[name].map { PacketNode(element.name, text: $0) }
        case .empty: return values[name] == nil ? nil : PacketNode(element.name)
        case .sequence(let parts), .anyOrder(let parts):
            let children = parts.flatMap(\.elements).compactMap { node(of: $0, prefix: name + "_", in: values) }
            return children.isEmpty ? nil : PacketNode(element.name, children: children)
        }
    }

    /// A list of named settings.
    static func list(_ rows: [SettingRow], each element: String) -> [PacketNode] {
        rows.map { row in
            PacketNode(
                element,
                children: [PacketNode("name", text: row.element), PacketNode("value", text: row.value)])
        }
    }
}
