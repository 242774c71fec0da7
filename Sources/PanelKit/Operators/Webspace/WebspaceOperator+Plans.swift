extension WebspaceOperator {
    /// Adds an addon to subscriptions, or a plan to those that have none.
    static let addSubscription = changePlans(
        "add-subscription", "Add a plan addon to subscriptions, or a plan to those without one", PlanChoice.required
    ) { plan, chosen in
        guard let plan else { return }
        let present = try chosen.subscription.plans(in: chosen.db)
        guard !present.contains(where: { $0.plan == plan.id }) else {
            throw PacketError(.alreadyExists, "\(chosen.title) already has the plan \(plan.id)")
        }
        if !plan.isAddon, present.contains(where: { !$0.isAddon }) {
            throw PacketError(.operationFailed, "\(chosen.title) is on a plan already; use switch-subscription")
        }
        try chosen.subscription.assign(plan.id, in: chosen.db)
    }

    /// Takes an addon, or the plan, away from subscriptions.
    static let removeSubscription = changePlans(
        "remove-subscription", "Take a plan addon or the plan away from subscriptions", PlanChoice.required
    ) { plan, chosen in
        guard let plan else { return }
        guard try chosen.subscription.unassign(plan.id, in: chosen.db) else {
            throw PacketError(.unknownObject, "\(chosen.title) does not have the plan \(plan.id)")
        }
    }

    /// Puts subscriptions on another plan, or on none; their addons stay.
    static let switchSubscription = changePlans(
        "switch-subscription", "Put subscriptions on another plan or on none; their addons stay",
        PlanChoice.requiredOrNone
    ) { plan, chosen in
        if plan?.isAddon == true { throw PacketError.invalid("plan", "it is an addon; add-subscription adds it") }
        let present = try chosen.subscription.plans(in: chosen.db).filter { !$0.isAddon }
        guard plan == nil || !present.contains(where: { $0.plan == plan?.id }) else {
            throw PacketError(.alreadyExists, "\(chosen.title) is on that plan already")
        }
        for former in present { _ = try chosen.subscription.unassign(former.plan, in: chosen.db) }
        if let plan { try chosen.subscription.assign(plan.id, in: chosen.db) }
    }

    /// An operation that changes which plans subscriptions have; afterwards each gets what they give.
    private static func changePlans(
        _ name: String, _ summary: String, _ choice: PacketGrammar.Part,
        change: @escaping @Sendable (PlanChoice.Found?, Chosen) throws -> Void
    ) -> PacketOperation {
        changeEach(
            name, summary, [choice], asked: { node, _ in node },
            change: { node, chosen in
                try change(try PlanChoice.named(by: node, vendor: chosen.vendor, in: chosen.db), chosen)
                try chosen.subscription.takeOverPlans(in: chosen.db)
                return []
            })
    }
}
