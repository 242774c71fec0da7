extension WebspaceOperator {
    private static let packages = PacketGrammar.sequence([
        filter.grammar, .several("package", AppPackage.grammar, "An app"),
    ])

    /// Offers apps to subscriptions beyond those of their plan. At first its list is that of the plan.
    static let addPackage = PacketOperation.change(
        "add-package", "Offer apps to subscriptions, beyond those of their plan",
        grammar: packages, answer: ObjectFilter.echoGrammar, failure: filter.failure(echo: .filterID)
    ) { node, operation in
        let db = operation.db
        let apps = try AppPackage.all(in: node, known: db)
        return try forEach(node, operation) { subscription in
            let list = try list(of: subscription, in: operation)
            for app in apps {
                guard try list.offer(app, in: db) else {
                    throw PacketError(
                        .alreadyExists, "The subscription \(subscription.domain) already has the app \"\(app.value)\"")
                }
            }
            return []
        }
    }

    /// Offers apps to subscriptions no more, whatever their plan says.
    static let removePackage = PacketOperation.change(
        "remove-package", "Offer apps to subscriptions no more, whatever their plan says",
        grammar: packages, answer: ObjectFilter.echoGrammar, failure: filter.failure(echo: .filterID)
    ) { node, operation in
        let db = operation.db
        let apps = try AppPackage.all(in: node, known: db)
        return try forEach(node, operation) { subscription in
            let list = try list(of: subscription, in: operation)
            for app in apps {
                guard try list.withdraw(app, in: db) else {
                    throw PacketError(
                        .unknownObject, "The subscription \(subscription.domain) has no app \"\(app.value)\"")
                }
            }
            return []
        }
    }

    private static let items = PacketGrammar.sequence([
        filter.grammar, .required("plan-item", PlanItem.nameGrammar, "The plan item"),
    ])
    private static let itemAnswer =
        ObjectFilter.echoGrammar + [.optional("item", .name, "The name of the plan item")]

    /// Adds a plan item to subscriptions themselves, whatever their plan has.
    static let addPlanItem = PacketOperation.change(
        "add-plan-item", "Add a plan item to subscriptions themselves",
        grammar: items, answer: itemAnswer, failure: filter.failure(echo: .filterID)
    ) { node, operation in
        let db = operation.db
        let item = try PlanItem.named(by: node, in: db)
        guard item.isVisible else {
            throw PacketError(
                .operationFailed, "The plan item \"\(item.name)\" is not visible, and so not for subscriptions")
        }
        return try forEach(node, operation) { subscription in
            guard try !SubscriptionProperty.planItems(of: subscription.id, in: db).contains(item.name) else {
                throw PacketError(
                    .alreadyExists,
                    "The subscription \(subscription.domain) already has the plan item \"\(item.name)\"")
            }
            try SubscriptionProperty.set(SettingRow(element: item.name, value: "true"), of: subscription.id, in: db)
            return [PacketNode("item", text: item.name)]
        }
    }

    /// Takes a plan item away that subscriptions have themselves.
    static let removePlanItem = PacketOperation.change(
        "remove-plan-item", "Take a plan item away that subscriptions have themselves",
        grammar: items, answer: itemAnswer, failure: filter.failure(echo: .filterID)
    ) { node, operation in
        let db = operation.db
        let item = try PlanItem.named(by: node, in: db)
        return try forEach(node, operation) { subscription in
            guard try SubscriptionProperty.remove(item.name, of: subscription.id, in: db) else {
                throw PacketError(
                    .unknownObject,
                    "The subscription \(subscription.domain) does not have the plan item \"\(item.name)\" itself")
            }
            return [PacketNode("item", text: item.name)]
        }
    }

    private static func forEach(
        _ node: PacketNode, _ operation: PanelOperation, _ change: (Subscription) throws -> [PacketNode]
    ) throws -> [PacketResult] {
        try filter.change(node, operation, echo: .filterID) { id in
            let nodes = try change(try Subscription(ofDomain: id, in: operation.db))
            try log(try DomainRow(id, in: operation.db), in: operation)
            return nodes
        }
    }

    /// The subscription's own list of apps. Where it has none yet it gets a copy of its plan's.
    private static func list(of subscription: Subscription, in operation: PanelOperation) throws -> AppFilter {
        let holder = AppFilter.Holder.subscription(subscription.id)
        if let list = try AppFilter.find(of: holder, in: operation.db) { return list }
        try subscription.markCustom(in: operation.db)
        if let plan = try subscription.plans(in: operation.db).first(where: { !$0.isAddon }) {
            try AppFilter.copy(of: .plan(plan.plan), into: holder, in: operation.db)
        }
        return try AppFilter.make(ifMissingFor: holder, in: operation.db)
    }
}
