import GRDB

extension PlanOperations {
    /// Describes plans whole.
    static func get(_ kind: PlanKind) -> PacketOperation {
        .read(
            "get", "Describe \(kind.noun)s",
            grammar: .sequence([kind.filter.grammar, PlanOwner.grammarOfAll]),
            answer: description(of: kind), failure: kind.filter.failure(echo: .failedCriterion)
        ) { node, view in
            let owner = try PlanOwner.named(by: node, in: view)
            return try kind.filter.read(node, view, ownedBy: owner, echo: .failedCriterion) { id in
                try nodes(kind, try PlanRow(id, in: view.db), in: view.db)
            }
        }
    }

    private static func description(of kind: PlanKind) -> [PacketGrammar.Part] {
        let head: [PacketGrammar.Part] = [
            .optional("id", .any, "The number of the plan"),
            .optional("name", .any, "Its name"),
            .optional("guid", .any, "Its GUID"),
            .optional("external-id", .any, "The number that another system knows it by"),
            .optional("owner-id", .identifier, "The number of its owner"),
            .optional("owner-login", .name, "The login name of its owner"),
        ]
        let packages: [PacketGrammar.Part] = [
            .optional("aps-filter", .boolean, "Whether it offers only chosen apps"),
            .optional(
                "packages", .sequence([.any("package", AppPackage.grammar, "An app on its list")]),
                "The apps on its list"),
        ]
        let items = PacketGrammar.Part.optional(
            "plan-items", PlanItem.listGrammar, "Its plan items")
        return head
            + PlanSettings.grammar(
                of: kind, hosting: PlanSettings.hostingOfType, beforePHP: (kind == .plan ? [items] : []) + packages)
    }

    private static func nodes(_ kind: PlanKind, _ plan: PlanRow, in db: Database) throws -> [PacketNode] {
        var nodes = [
            PacketNode("id", text: String(plan.id)), PacketNode("name", text: plan.name),
            PacketNode("guid", text: plan.guid),
        ]
        if let externalID = plan.externalID { nodes.append(PacketNode("external-id", text: externalID)) }
        nodes.append(PacketNode("owner-id", text: String(plan.ownerID)))
        nodes.append(PacketNode("owner-login", text: plan.ownerLogin))

        var values = try PlanValue.all(of: plan.id, in: db)
        let hasList = values.removeValue(forKey: AppFilter.element) != nil
        let items = try values.keys.sorted().filter { try PlanItem.exists(name: $0, in: db) }
        for item in items { values[item] = nil }
        let sections = PlanSettings.sections(of: kind, from: values)
        let isLast = { (node: PacketNode) in ["php-settings", "web-server-settings"].contains(node.name) }
        nodes += sections.filter { !isLast($0) }
        if kind == .plan, !items.isEmpty {
            nodes.append(PlanItem.list(items))
        }
        nodes.append(PacketNode("aps-filter", text: String(hasList)))
        if let list = try AppFilter.find(of: .plan(plan.id), in: db) {
            let apps = try list.apps(in: db).map { app in
                PacketNode(
                    "package",
                    children: [PacketNode("name", text: app.property), PacketNode("value", text: app.value)])
            }
            if !apps.isEmpty { nodes.append(PacketNode("packages", children: apps)) }
        }
        return nodes + sections.filter(isLast)
    }
}
