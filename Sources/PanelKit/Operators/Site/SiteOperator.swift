/// `site`: domains. The main domain of a subscription is one of them; it comes and goes with the subscription.
struct SiteOperator: Operator {
    let name = "site"
    let summary = "Domains: the main ones of subscriptions, further ones, and subdomains"
    let operations = [Self.add, Self.get, Self.set, Self.del]

    static let filter = ObjectFilter(
        noun: "site", table: "domains", condition: "1", owner: "vendor_id",
        criteria: [
            .init(element: "id", type: .identifier, condition: "id = :value", summary: "By number"),
            ofWebspace("parent-id", .identifier, "id"),
            ofSite("parent-site-id", .identifier, "id"),
            .init(element: "name", type: .domainName, condition: "name = :value", summary: "By name"),
            ofWebspace("parent-name", .domainName, "name"),
            ofSite("parent-site-name", .domainName, "name"),
            .init(element: "guid", type: .name, condition: "guid = :value", summary: "By GUID"),
            ofWebspace("parent-guid", .name, "guid"),
            ofSite("parent-site-guid", .name, "guid"),
        ])

    private static func ofWebspace(_ element: String, _ type: ValueType, _ column: String) -> ObjectFilter.Criterion {
        .init(
            element: element, type: type,
            condition: "webspace_id IN (SELECT id FROM domains WHERE \(column) = :value AND webspace_id = 0)",
            summary: "All of a subscription, by its main domain's \(column)")
    }

    private static func ofSite(_ element: String, _ type: ValueType, _ column: String) -> ObjectFilter.Criterion {
        .init(
            element: element, type: type,
            condition: "parentDomainId IN (SELECT id FROM domains WHERE \(column) = :value)",
            summary: "All subdomains of a site, by its \(column)")
    }
}
