import GRDB

extension ServicePlanOperator {
    /// Creates a plan; without an owner it is the administrator's.
    static let add = PacketOperation(
        name: "add",
        grammar: .sequence(
            [.required("name", .value(.name)), PlanOwner.grammar] + PlanValues.grammar
                + [.optional("external-id", .value(.string))] + PlanValues.trailingGrammar)
    ) { node, operation in
        let db = operation.db
        let owner = try PlanOwner.named(by: node, in: db) ?? PlanOwner.administrator
        let name = node.string("name") ?? ""
        guard try !exists(name: name, owner: owner, in: db) else {
            throw PacketError(.alreadyExists, "The owner already has a service plan with name \"\(name)\"")
        }
        let guid = Guid.random()
        let externalID = node.string("external-id").flatMap { $0.isEmpty ? nil : $0 }
        try db.change(
            sql: "INSERT INTO Templates (name, owner_id, type, uuid, external_id) VALUES (?, ?, 'domain', ?, ?)",
            arguments: [name, owner, guid, externalID]
        )
        let id = db.lastInsertedRowID
        for (element, value) in try PlanValues.rows(of: node) {
            // A row named like a plan item means that the item is in the plan.
            guard try !PlanItem.exists(name: element, in: db) else {
                throw PacketError.invalid("name", "\"\(element)\" is the name of a plan item")
            }
            try PlanValue.insert(element, value, into: id, in: db)
        }
        return [.ok([PacketNode("id", text: String(id)), PacketNode("guid", text: guid)])]
    }

    private static func exists(name: String, owner: Int64, in db: Database) throws -> Bool {
        try db.exists("Templates WHERE owner_id = ? AND type = 'domain' AND name = ?", arguments: [owner, name])
    }
}
