extension WebspaceOperator {
    /// Adds an addon to subscriptions, or a plan to those that have none.
    static let addSubscription = PacketOperation.change(
        "add-subscription", "Add a plan addon to subscriptions, or a plan to those without one",
        grammar: .sequence([filter.grammar, PlanChoice.required]), answer: ObjectFilter.echoGrammar,
        failure: filter.failure(echo: .filterID)
    ) { node, operation in
        let db = operation.db
        return try forEach(node, operation) { subscription, vendor in
            guard let plan = try PlanChoice.named(by: node, vendor: vendor, in: db) else { return }
            let present = try subscription.plans(in: db)
            guard !present.contains(where: { $0.plan == plan.id }) else {
                throw PacketError(
                    .alreadyExists, "The subscription \(subscription.domain) already has the plan \(plan.id)")
            }
            if !plan.isAddon, present.contains(where: { !$0.isAddon }) {
                throw PacketError(
                    .operationFailed,
                    "The subscription \(subscription.domain) is on a plan already; use switch-subscription")
            }
            try subscription.assign(plan.id, in: db)
            try subscription.takeOverPlans(in: db)
        }
    }

    /// Takes an addon, or the plan, away from subscriptions.
    static let removeSubscription = PacketOperation.change(
        "remove-subscription", "Take a plan addon or the plan away from subscriptions",
        grammar: .sequence([filter.grammar, PlanChoice.required]), answer: ObjectFilter.echoGrammar,
        failure: filter.failure(echo: .filterID)
    ) { node, operation in
        let db = operation.db
        return try forEach(node, operation) { subscription, vendor in
            guard let plan = try PlanChoice.named(by: node, vendor: vendor, in: db) else { return }
            guard try subscription.unassign(plan.id, in: db) else {
                throw PacketError(
                    .unknownObject, "The subscription \(subscription.domain) does not have the plan \(plan.id)")
            }
            try subscription.takeOverPlans(in: db)
        }
    }

    /// Puts subscriptions on another plan, or on none; their addons stay.
    static let switchSubscription = PacketOperation.change(
        "switch-subscription", "Put subscriptions on another plan or on none; their addons stay",
        grammar: .sequence([filter.grammar, PlanChoice.requiredOrNone]), answer: ObjectFilter.echoGrammar,
        failure: filter.failure(echo: .filterID)
    ) { node, operation in
        let db = operation.db
        return try forEach(node, operation) { subscription, vendor in
            let plan = try PlanChoice.named(by: node, vendor: vendor, in: db)
            if plan?.isAddon == true {
                throw PacketError.invalid("plan", "it is an addon; add-subscription adds it")
            }
            let present = try subscription.plans(in: db).filter { !$0.isAddon }
            guard plan == nil || !present.contains(where: { $0.plan == plan?.id }) else {
                throw PacketError(.alreadyExists, "The subscription \(subscription.domain) is on that plan already")
            }
            for former in present { _ = try subscription.unassign(former.plan, in: db) }
            if let plan { try subscription.assign(plan.id, in: db) }
            try subscription.takeOverPlans(in: db)
        }
    }

    private static func forEach(
        _ node: PacketNode, _ operation: PanelOperation, _ change: (Subscription, Int64) throws -> Void
    ) throws -> [PacketResult] {
        try filter.change(node, operation, echo: .filterID) { id in
            let domain = try DomainRow(id, in: operation.db)
            try change(try Subscription(ofDomain: id, in: operation.db), domain.vendor)
            try log(domain, in: operation)
            return []
        }
    }

    /// Writes into the panel's log that a subscription changed.
    static func log(_ domain: DomainRow, in operation: PanelOperation) throws {
        let values = try Webspace.logged(domain, in: operation.db)
        try operation.log(.domainUpdate, domain.id, old: values, new: values)
    }
}
