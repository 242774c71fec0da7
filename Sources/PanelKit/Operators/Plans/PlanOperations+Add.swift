extension PlanOperations {
    /// Creates a plan; without an owner it is the caller's.
    static func add(_ kind: PlanKind) -> PacketOperation {
        .change(
            "add", "Create a \(kind.noun)",
            grammar: .sequence(
                [.required("name", .name, "The name of the \(kind.noun)"), PlanOwner.grammar]
                    + PlanSettings.grammar(
                        of: kind, hosting: PlanSettings.hostingProperties, beforePHP: [PlanSettings.externalID])),
            answer: newPlan
        ) { node, operation in
            let owner = try PlanOwner.ofNewPlan(node, in: operation.view)
            let name = node.string("name") ?? ""
            let externalID = node.string("external-id").flatMap { $0.isEmpty ? nil : $0 }
            let plan = try PlanRow.insert(kind, name: name, owner: owner, externalID: externalID, in: operation.db)
            try write(try PlanSettings.rows(of: node), into: plan.id, isNew: true, in: operation)
            try operation.log(.planCreate, plan.id, new: ["template_domain": name])
            return [.ok([PacketNode("id", text: String(plan.id)), PacketNode("guid", text: plan.guid)])]
        }
    }

    /// Creates a copy of a plan under another name, for the same owner.
    static func duplicate(_ kind: PlanKind) -> PacketOperation {
        .change(
            "duplicate", "Copy a \(kind.noun) under another name",
            grammar: .sequence([
                kind.filter.grammar, PlanOwner.grammar,
                .required("duplicate-name", .name, "The name of the copy"),
            ]),
            answer: newPlan
        ) { node, operation in
            let db = operation.db
            let owner = try PlanOwner.named(by: node, in: operation.view)
            let name = node.string("duplicate-name") ?? ""
            var originals: [Int64] = []
            let found = try kind.filter.read(node, operation.view, ownedBy: owner, echo: .nothing) { original in
                originals.append(original)
                return []
            }
            if let error = found.lazy.compactMap(\.error).first { throw error }
            guard originals.count == 1, let original = originals.first else {
                throw PacketError.invalid(
                    "filter", "it chooses \(originals.count) \(kind.noun)s, and one at a time can be copied")
            }
            let from = try PlanRow(original, in: db)
            let plan = try PlanRow.insert(kind, name: name, owner: from.ownerID, externalID: nil, in: db)
            for (element, value) in try PlanValue.all(of: original, in: db).sorted(by: { $0.key < $1.key })
            where element != AppFilter.element {
                try PlanValue.insert(element, value, into: plan.id, in: db)
            }
            // The copy gets a list of apps of its own, so that what is added to one plan is not in the other.
            try AppFilter.copy(of: .plan(original), into: .plan(plan.id), in: db)
            try operation.log(.planCreate, plan.id, new: ["template_domain": name])
            return [.ok([PacketNode("id", text: String(plan.id)), PacketNode("guid", text: plan.guid)])]
        }
    }
}
