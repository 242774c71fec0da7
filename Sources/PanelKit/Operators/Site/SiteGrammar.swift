import GRDB

/// What packets and answers say of a site.
enum SiteGrammar {
    static let webspace: [(element: String, column: String, type: ValueType, summary: String)] = [
        ("webspace-name", "name", .domainName, "The subscription that it becomes part of, by name"),
        ("webspace-id", "id", .identifier, "The subscription that it becomes part of, by number"),
        ("webspace-guid", "guid", .name, "The subscription that it becomes part of, by GUID"),
    ]
    static let parent: [(element: String, column: String, type: ValueType, summary: String)] = [
        ("parent-site-name", "name", .domainName, "The site of which it is a subdomain, by name"),
        ("parent-site-id", "id", .identifier, "The site of which it is a subdomain, by number"),
        ("parent-site-guid", "guid", .name, "The site of which it is a subdomain, by GUID"),
    ]

    private static func choice(
        _ criteria: [(element: String, column: String, type: ValueType, summary: String)]
    ) -> PacketGrammar.Part {
        .choice(criteria.map { .required($0.element, .separately($0.type), $0.summary) }, required: false)
    }

    private static let description = PacketGrammar.Part.optional("description", .string, "A remark")

    static let ofNew: [PacketGrammar.Part] = [
        .required(
            "gen_setup",
            .sequence([
                .required("name", .domainName, "The name of the domain"), DomainHosting.typeGrammar,
                ObjectStatus.grammar, choice(webspace), choice(parent), description,
            ]), "The domain, and the subscription or site that it belongs to"),
        DomainHosting.grammar(hasAddresses: false), DomainSettings.preferences, PlanSettings.performance,
        DomainSettings.mailOfSite,
    ]

    static let ofChange: [PacketGrammar.Part] = [
        .optional(
            "gen_setup",
            .anyOrder([
                ObjectStatus.grammar, .optional("name", .domainName, "The new name"),
                .optional("guid", .name, "The GUID"), description,
            ]), "The domain"),
        DomainSettings.preferences, DomainHosting.grammar(hasAddresses: false), PlanSettings.performance,
    ]

    static let generalInfo: [PacketGrammar.Part] = [
        .required("cr_date", .string, "The day it was made"),
        .required("name", .string, "The name of the domain"),
        .required("ascii-name", .string, "That name as DNS has it"),
        .required("status", .integer, "0 where it is active"),
        .required("real_size", .integer, "What it uses, in bytes"),
        .required("htype", .word(DomainHosting.types), "The type of hosting"),
        .required("guid", .name, "The GUID"),
        .optional("webspace-guid", .name, "The GUID of the subscription's main domain; not there for that itself"),
        .optional("webspace-id", .identifier, "The number of the subscription's main domain"),
        .optional("parent-site-id", .identifier, "The number of the site of which it is a subdomain"),
        description,
    ]

    static let data: [PacketGrammar.Part] = [
        .optional("gen_info", .sequence(generalInfo), "The domain"),
        DomainHosting.grammar(hasAddresses: false),
        DomainStatistics.ofDomain, DomainSettings.preferences, DomainStatistics.diskUsage, PlanSettings.performance,
    ]
}
