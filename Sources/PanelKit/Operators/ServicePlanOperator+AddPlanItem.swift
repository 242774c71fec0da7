import GRDB

extension ServicePlanOperator {
    /// Puts a plan item into plans. Its results describe the item and have no place for the filter's value.
    static let addPlanItem = PacketOperation(
        name: "add-plan-item",
        grammar: .sequence(
            PlanFilter.grammar + [
                .required("plan-item", .sequence([.required("name", .value(.name))]))
            ]),
        failure: PlanFilter.failure { _ in [] }
    ) { node, operation in
        let db = operation.db
        let filter = try PlanFilter(of: node, in: db) { _ in [] }
        let name = node.child("plan-item")?.string("name") ?? ""
        guard let item = try PlanItem.find(name: name, in: db) else {
            throw PacketError(.unknownObject, "There is no plan item with name \"\(name)\"")
        }
        return try filter.forEachPlan(in: operation) { plan in
            guard try PlanValue.find(item.name, of: plan, in: db) == nil else {
                throw PacketError(.alreadyExists, "Plan \(plan) already has the plan item \"\(item.name)\"")
            }
            try PlanValue.insert(item.name, "true", into: plan, in: db)
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
