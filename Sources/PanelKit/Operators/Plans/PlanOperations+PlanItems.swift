extension PlanOperations {
    /// Puts a plan item into plans. Its results describe the item and have no place for the filter's value.
    static let addPlanItem = PacketOperation.change(
        "add-plan-item", "Put a plan item into plans",
        grammar: itemGrammar, answer: itemAnswer, failure: PlanKind.plan.filter.failure(echo: .nothing)
    ) { node, operation in
        try forEachPlan(node, operation) { plan, item in
            guard try PlanValue.find(item.name, of: plan, in: operation.db) == nil else {
                throw PacketError(.alreadyExists, "Plan \(plan) already has the plan item \"\(item.name)\"")
            }
            try PlanValue.insert(item.name, "true", into: plan, in: operation.db)
        }
    }

    /// Takes a plan item out of plans; the item itself stays.
    static let removePlanItem = PacketOperation.change(
        "remove-plan-item", "Take a plan item out of plans",
        grammar: itemGrammar, answer: itemAnswer, failure: PlanKind.plan.filter.failure(echo: .nothing)
    ) { node, operation in
        try forEachPlan(node, operation) { plan, item in
            guard try PlanValue.remove(item.name, of: plan, in: operation.db) else {
                throw PacketError(.unknownObject, "Plan \(plan) has no plan item \"\(item.name)\"")
            }
        }
    }

    private static let itemGrammar: PacketGrammar = .sequence([
        PlanKind.plan.filter.grammar, PlanOwner.grammar,
        .required("plan-item", PlanItem.nameGrammar, "The plan item"),
    ])

    /// All that is known of the item, as the documentation prints it, and not one of the four as the schema has it.
    private static let itemAnswer: [PacketGrammar.Part] = [
        .optional("id", .identifier, "The number of the plan item"),
        .optional("name", .name, "Its name"),
        .optional("guid", .name, "Its GUID"),
        .optional("external-id", .name, "The number that another system knows it by"),
        .optional("item", .name, "Its name once more"),
    ]

    private static func forEachPlan(
        _ node: PacketNode, _ operation: PanelOperation, _ change: (Int64, PlanItem) throws -> Void
    ) throws -> [PacketResult] {
        let owner = try PlanOwner.named(by: node, in: operation.view)
        let item = try PlanItem.named(by: node, in: operation.db)
        return try PlanKind.plan.filter.change(node, operation, ownedBy: owner, echo: .nothing) { plan in
            try change(plan, item)
            try logUpdate(of: plan, in: operation)
            return description(of: item)
        }
    }

    private static func description(of item: PlanItem) -> [PacketNode] {
        var nodes = [
            PacketNode("id", text: String(item.id)),
            PacketNode("name", text: item.name),
            PacketNode("guid", text: item.guid),
        ]
        if let externalID = item.externalID { nodes.append(PacketNode("external-id", text: externalID)) }
        nodes.append(PacketNode("item", text: item.name))
        return nodes
    }
}
