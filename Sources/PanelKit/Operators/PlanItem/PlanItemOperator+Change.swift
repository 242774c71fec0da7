import GRDB

extension PlanItemOperator {
    private static let answer: [PacketGrammar.Part] = [.optional("name", .any, "The name of the plan item")]

    /// Changes what the packet names; the item keeps its name.
    static let update = PacketOperation.change(
        "update", "Change plan items; what is left out stays", for: .administrator,
        grammar: .sequence([filter.grammar] + PlanItemProperties.ofChange), answer: answer,
        failure: filter.failure(echo: .failedCriterion)
    ) { node, operation in
        let db = operation.db
        let rows = PlanItemProperties.rows(of: node)
        let visible = node.string("visible").flatMap(ValueType.boolean)
        return try filter.change(node, operation, echo: .failedCriterion) { item in
            if let visible {
                try db.change(
                    sql: "UPDATE PlanItems SET isVisible = ?1 WHERE id = ?2 AND isVisible <> ?1",
                    arguments: [visible ? 1 : 0, item])
            }
            for row in rows { try PlanItemProperties.set(row, of: item, in: db) }
            return [PacketNode("name", text: try name(of: item, in: db))]
        }
    }

    /// Removes items, and takes them out of every plan and subscription.
    static let remove = PacketOperation.change(
        "remove", "Remove plan items, also from the plans and subscriptions that have them", for: .administrator,
        grammar: .sequence([filter.grammar]), answer: answer, failure: filter.failure(echo: .failedCriterion)
    ) { node, operation in
        let db = operation.db
        return try filter.change(node, operation, echo: .failedCriterion) { item in
            let name = try name(of: item, in: db)
            try db.change(sql: "DELETE FROM TmplData WHERE element = ?", arguments: [name])
            try db.change(sql: "DELETE FROM SubscriptionProperties WHERE name = ?", arguments: [name])
            try db.change(sql: "DELETE FROM PlanItems WHERE id = ?", arguments: [item])
            return [PacketNode("name", text: name)]
        }
    }

    static func name(of item: Int64, in db: Database) throws -> String {
        let request = SQLRequest<String>(
            sql: "SELECT name FROM PlanItems WHERE id = ?", arguments: [item], cached: true)
        return try request.fetchOne(db) ?? ""
    }
}
