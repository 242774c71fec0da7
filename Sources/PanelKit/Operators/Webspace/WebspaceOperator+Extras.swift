import GRDB

extension WebspaceOperator {
    /// Offers apps to subscriptions beyond those of their plan. At first its list is that of the plan.
    static let addPackage = changeApps(
        "add-package", "Offer apps to subscriptions, beyond those of their plan"
    ) { app, list, chosen in
        guard try list.offer(app, in: chosen.db) else {
            throw PacketError(.alreadyExists, "\(chosen.title) already has the app \"\(app.value)\"")
        }
    }

    /// Offers apps to subscriptions no more, whatever their plan says.
    static let removePackage = changeApps(
        "remove-package", "Offer apps to subscriptions no more, whatever their plan says"
    ) { app, list, chosen in
        guard try list.withdraw(app, in: chosen.db) else {
            throw PacketError(.unknownObject, "\(chosen.title) has no app \"\(app.value)\"")
        }
    }

    /// Adds a plan item to subscriptions themselves, whatever their plan has.
    static let addPlanItem = changeItems(
        "add-plan-item", "Add a plan item to subscriptions themselves",
        objection: { item in
            guard !item.isVisible else { return nil }
            return PacketError(
                .operationFailed, "The plan item \"\(item.name)\" is not visible, and so not for subscriptions")
        },
        change: { item, chosen in
            let subscription = chosen.subscription.id
            guard try !SubscriptionProperty.planItems(of: subscription, in: chosen.db).contains(item.name) else {
                throw PacketError(.alreadyExists, "\(chosen.title) already has the plan item \"\(item.name)\"")
            }
            try SubscriptionProperty.set(SettingRow(element: item.name, value: "true"), of: subscription, in: chosen.db)
        })

    /// Takes a plan item away that subscriptions have themselves.
    static let removePlanItem = changeItems(
        "remove-plan-item", "Take a plan item away that subscriptions have themselves", objection: { _ in nil },
        change: { item, chosen in
            guard try SubscriptionProperty.remove(item.name, of: chosen.subscription.id, in: chosen.db) else {
                throw PacketError(
                    .unknownObject, "\(chosen.title) does not have the plan item \"\(item.name)\" itself")
            }
        })

    private static func changeApps(
        _ name: String, _ summary: String,
        change: @escaping @Sendable (AppFilter.App, AppFilter, Chosen) throws -> Void
    ) -> PacketOperation {
        changeEach(
            name, summary, [.several("package", AppPackage.grammar, "An app")],
            asked: { node, db in try AppPackage.all(in: node, known: db) },
            change: { apps, chosen in
                let list = try list(of: chosen.subscription, in: chosen.db)
                for app in apps { try change(app, list, chosen) }
                return []
            })
    }

    /// - Parameter objection: why the plan item is not for any subscription.
    private static func changeItems(
        _ name: String, _ summary: String, objection: @escaping @Sendable (PlanItem) -> PacketError?,
        change: @escaping @Sendable (PlanItem, Chosen) throws -> Void
    ) -> PacketOperation {
        changeEach(
            name, summary, [.required("plan-item", PlanItem.nameGrammar, "The plan item")],
            answer: [.optional("item", .name, "The name of the plan item")],
            asked: { node, db in
                let item = try PlanItem.named(by: node, in: db)
                if let objection = objection(item) { throw objection }
                return item
            },
            change: { item, chosen in
                try change(item, chosen)
                return [PacketNode("item", text: item.name)]
            })
    }

    /// The subscription's own list of apps. Where it has none yet it gets a copy of its plan's.
    private static func list(of subscription: Subscription, in db: Database) throws -> AppFilter {
        let holder = AppFilter.Holder.subscription(subscription.id)
        if let list = try AppFilter.find(of: holder, in: db) { return list }
        try subscription.markCustom(in: db)
        if let plan = try subscription.plans(in: db).first(where: { !$0.isAddon }) {
            try AppFilter.copy(of: .plan(plan.plan), into: holder, in: db)
        }
        return try AppFilter.make(ifMissingFor: holder, in: db)
    }
}
