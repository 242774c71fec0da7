import GRDB

extension PlanItemOperator {
    /// Registers a plan item; the panel chooses its name and guid.
    static let add = PacketOperation.change(
        "add", "Register a plan item; the panel chooses its name", for: .administrator,
        grammar: .sequence(PlanItemProperties.ofNew),
        answer: [.optional("name", .name, "The name of the new plan item")]
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
        for row in PlanItemProperties.rows(of: node) { try PlanItemProperties.set(row, of: id, in: db) }
        return [.ok([PacketNode("name", text: name)])]
    }
}
