extension PlanOperations {
    /// Puts apps into plans. For one plan all of them are added, or none.
    static func addPackage(_ kind: PlanKind) -> PacketOperation {
        .change(
            "add-package", "Put apps into \(kind.noun)s",
            grammar: packageGrammar(kind), answer: ObjectFilter.echoGrammar,
            failure: kind.filter.failure(echo: .filterID)
        ) { node, operation in
            let apps = try AppPackage.all(in: node, known: operation.db)
            return try forEachPlan(kind, node, operation) { plan in
                let list = try AppFilter.make(ifMissingFor: .plan(plan), in: operation.db)
                for app in apps {
                    guard try list.offer(app, in: operation.db) else {
                        throw PacketError(.alreadyExists, "Plan \(plan) already has the app \"\(app.value)\"")
                    }
                }
            }
        }
    }

    /// Takes apps out of plans. For one plan all of them are taken out, or none.
    static func removePackage(_ kind: PlanKind) -> PacketOperation {
        .change(
            "remove-package", "Take apps out of \(kind.noun)s",
            grammar: packageGrammar(kind), answer: ObjectFilter.echoGrammar,
            failure: kind.filter.failure(echo: .filterID)
        ) { node, operation in
            let apps = try AppPackage.all(in: node, known: operation.db)
            return try forEachPlan(kind, node, operation) { plan in
                guard let list = try AppFilter.find(of: .plan(plan), in: operation.db) else {
                    throw PacketError(
                        .operationFailed,
                        "Plan \(plan) offers every app, as it has no list of them; add-package begins one")
                }
                for app in apps {
                    guard try list.withdraw(app, in: operation.db) else {
                        throw PacketError(.unknownObject, "Plan \(plan) has no app \"\(app.value)\"")
                    }
                }
            }
        }
    }

    /// Has plans offer only chosen apps; at first none.
    static let enableAppFilter = PacketOperation.change(
        "enable-aps-filter", "Have plans offer only the apps on their list, which is empty at first",
        grammar: .sequence([PlanKind.plan.filter.grammar, PlanOwner.grammar]), answer: ObjectFilter.echoGrammar,
        failure: PlanKind.plan.filter.failure(echo: .filterID)
    ) { node, operation in
        try forEachPlan(.plan, node, operation) { plan in
            _ = try AppFilter.make(ifMissingFor: .plan(plan), in: operation.db)
        }
    }

    /// Has plans offer every app, and forgets which were on their list.
    static let disableAppFilter = PacketOperation.change(
        "disable-aps-filter", "Have plans offer every app, and forget their list",
        grammar: .sequence([PlanKind.plan.filter.grammar, PlanOwner.grammar]), answer: ObjectFilter.echoGrammar,
        failure: PlanKind.plan.filter.failure(echo: .filterID)
    ) { node, operation in
        try forEachPlan(.plan, node, operation) { plan in try AppFilter.remove(fromPlan: plan, in: operation.db) }
    }

    private static func packageGrammar(_ kind: PlanKind) -> PacketGrammar {
        .sequence([
            kind.filter.grammar, PlanOwner.grammar, .several("package", AppPackage.grammar, "An app"),
        ])
    }

    private static func forEachPlan(
        _ kind: PlanKind, _ node: PacketNode, _ operation: PanelOperation, _ change: (Int64) throws -> Void
    ) throws -> [PacketResult] {
        let owner = try PlanOwner.named(by: node, in: operation.view)
        return try kind.filter.change(node, operation, ownedBy: owner, echo: .filterID) { plan in
            try change(plan)
            try logUpdate(of: plan, in: operation)
            return []
        }
    }
}
