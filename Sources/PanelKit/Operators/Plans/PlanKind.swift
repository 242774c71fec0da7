import GRDB

/// The two kinds of plans: those that a customer subscribes to, and those that are added to a subscription.
enum PlanKind: Sendable {
    case plan
    case addon

    /// What `Templates.type` holds.
    var type: String {
        switch self {
        case .plan: "domain"
        case .addon: "domain_addon"
        }
    }

    var noun: String {
        switch self {
        case .plan: "plan"
        case .addon: "plan addon"
        }
    }

    /// The head of every operation on plans: the filter, then perhaps the owner.
    var filter: ObjectFilter {
        ObjectFilter(
            noun: noun, table: "Templates", condition: "type = '\(type)'", owner: "owner_id",
            criteria: [
                .init(element: "name", type: .name, condition: "name = :value", summary: "By name"),
                .init(element: "id", type: .identifier, condition: "id = :value", summary: "By number"),
                .init(element: "guid", type: .name, condition: "uuid = :value", summary: "By GUID"),
                .init(
                    element: "external-id", type: .name, condition: "external_id = :value",
                    summary: "By the number that another system gave it"),
            ])
    }

    /// Tells whether the owner has a plan of this kind with that name.
    func exists(name: String, owner: Int64, in db: Database) throws -> Bool {
        try db.exists(
            "Templates WHERE name = ? AND owner_id = ? AND type = '\(type)'", arguments: [name, owner])
    }
}
