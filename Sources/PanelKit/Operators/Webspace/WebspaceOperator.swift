/// `webspace`: subscriptions with their main domains.
struct WebspaceOperator: Operator {
    let name = "webspace"
    let summary = "Subscriptions, each with its main domain"
    let operations = [
        Self.add, Self.get, Self.set, Self.del, Self.addSubscription, Self.removeSubscription,
        Self.switchSubscription, Self.addPackage, Self.removePackage, Self.addPlanItem, Self.removePlanItem,
    ]

    static let filter = ObjectFilter(
        noun: "subscription", table: "domains", condition: "webspace_id = 0", owner: "vendor_id",
        criteria: [
            .init(element: "id", type: .identifier, condition: "id = :value", summary: "By the main domain's number"),
            .init(
                element: "owner-id", type: .identifier, condition: "cl_id = :value",
                summary: "All of an owner, by its number"),
            .init(element: "name", type: .domainName, condition: "name = :value", summary: "By the main domain's name"),
            .init(
                element: "owner-login", type: .name,
                condition: "cl_id = (SELECT id FROM clients WHERE login = :value)",
                summary: "All of an owner, by its login name"),
            .init(element: "guid", type: .name, condition: "guid = :value", summary: "By the main domain's GUID"),
            .init(
                element: "owner-guid", type: .name,
                condition: "cl_id IN (SELECT id FROM clients WHERE guid = :value)",
                summary: "All of an owner, by its GUID"),
            .init(
                element: "external-id", type: .name, condition: "external_id = :value",
                summary: "By the number that another system gave it"),
            .init(
                element: "owner-external-id", type: .name,
                condition: "cl_id IN (SELECT id FROM clients WHERE external_id = :value)",
                summary: "All of an owner, by the number that another system gave that"),
        ])
}
