import GRDB

extension ServicePlanOperator {
    /// Puts apps into plans. For one plan all of them are added, or none.
    static let addPackage = PacketOperation(
        name: "add-package",
        grammar: .sequence(
            PlanFilter.grammar + [
                .several(
                    "package",
                    .sequence([
                        .required("name", .value(.word(["name", "url"]))),
                        .required("value", .value(.name)),
                    ]))
            ]),
        failure: PlanFilter.failure(echo: filterID)
    ) { node, operation in
        let db = operation.db
        let filter = try PlanFilter(of: node, in: db, echo: filterID)
        let apps = node.children(named: "package").map {
            AppFilter.App(property: $0.string("name") ?? "", value: $0.string("value") ?? "")
        }
        for app in apps where app.property == "name" {
            guard try isKnown(app.value, in: db) else {
                throw PacketError(.unknownObject, "There is no app with name \"\(app.value)\"")
            }
        }
        return try filter.forEachPlan(in: operation) { plan in
            let list = try AppFilter.ofPlan(plan, in: db)
            for app in apps {
                guard try list.offer(app, in: db) else {
                    throw PacketError(.alreadyExists, "Plan \(plan) already has the app \"\(app.value)\"")
                }
            }
            return [PacketNode("id", text: String(plan))]
        }
    }

    @Sendable
    private static func filterID(_ value: PacketNode) -> [PacketNode] {
        [PacketNode("filter-id", text: value.text.whiteSpaceCollapsed)]
    }

    /// Apps are known by name; an address cannot be judged, as the catalogue holds none.
    private static func isKnown(_ name: String, in db: Database) throws -> Bool {
        try db.exists("smb_apsPackages WHERE name = ?", arguments: [name])
    }
}
