import GRDB

extension PlanOperations {
    /// Changes what the packet names; the rest of the plan stays.
    static func set(_ kind: PlanKind) -> PacketOperation {
        .change(
            "set", "Change \(kind.noun)s; what is left out stays",
            grammar: .sequence(
                [kind.filter.grammar, PlanOwner.grammar]
                    + PlanSettings.grammar(
                        of: kind, hosting: PlanSettings.hostingOfType,
                        beforePHP: [PlanSettings.externalID, .optional("name", .name, "The new name")])),
            answer: criterion, failure: kind.filter.failure(echo: .criterion)
        ) { node, operation in
            let db = operation.db
            let owner = try PlanOwner.named(by: node, in: operation.view)
            let rows = try PlanSettings.rows(of: node)
            return try kind.filter.change(node, operation, ownedBy: owner, echo: .criterion) { plan in
                let before = try PlanRow(plan, in: db)
                let name = node.string("name") ?? before.name
                if name != before.name {
                    guard try !kind.exists(name: name, owner: before.ownerID, in: db) else {
                        throw PacketError(.alreadyExists, "The owner already has a \(kind.noun) with name \"\(name)\"")
                    }
                    try db.change(sql: "UPDATE Templates SET name = ? WHERE id = ?", arguments: [name, plan])
                }
                if let external = node.string("external-id") {
                    try db.change(
                        sql: "UPDATE Templates SET external_id = ? WHERE id = ?",
                        arguments: [external.isEmpty ? nil : external, plan])
                }
                try write(rows, into: plan, isNew: false, in: operation)
                try operation.log(
                    .planUpdate, plan, old: ["template_domain": before.name], new: ["template_domain": name])
                return []
            }
        }
    }

    /// Removes plans that nobody subscribes to.
    static func del(_ kind: PlanKind) -> PacketOperation {
        .change(
            "del", "Remove \(kind.noun)s that no subscription uses",
            grammar: .sequence([kind.filter.grammar, PlanOwner.grammar]),
            answer: criterion, failure: kind.filter.failure(echo: .criterion)
        ) { node, operation in
            let db = operation.db
            let owner = try PlanOwner.named(by: node, in: operation.view)
            return try kind.filter.change(node, operation, ownedBy: owner, echo: .criterion) { plan in
                guard try !db.exists("PlansSubscriptions WHERE plan_id = ?", arguments: [plan]) else {
                    throw PacketError(
                        .operationFailed,
                        "Subscriptions use the \(kind.noun) \(plan); switch them to another one first")
                }
                let name = try PlanRow(plan, in: db).name
                let list = try AppFilter.find(of: .plan(plan), in: db)
                try db.change(sql: "DELETE FROM Templates WHERE id = ?", arguments: [plan])
                try list?.removeIfUnused(in: db)
                try operation.log(.planDelete, plan, old: ["template_domain": name])
                return []
            }
        }
    }
}
