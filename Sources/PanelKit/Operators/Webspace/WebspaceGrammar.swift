/// What packets and answers say of a subscription with its main domain.
enum WebspaceGrammar {
    private static let remarks: [PacketGrammar.Part] = [
        .optional("external-id", .string, "The number that another system knows it by"),
        .optional("description", .string, "The customer's remark"),
        .optional("admin-description", .string, "The administrator's remark"),
        .optional("reseller-description", .string, "The reseller's remark"),
    ]
    private static let address = PacketGrammar.Part.any("ip_address", .address, "An address of the main domain")

    static let setupOfNew = PacketGrammar.Part.required(
        "gen_setup",
        .anyOrder(
            [
                .required("name", .domainName, "The name of the main domain"), WebspaceOwner.grammar,
                DomainHosting.typeGrammar, address, ObjectStatus.grammar,
            ] + remarks), "The subscription and its main domain")

    static let setupOfChange = PacketGrammar.Part.optional(
        "gen_setup",
        .anyOrder(
            [
                ObjectStatus.grammar, .optional("name", .domainName, "The new name of the main domain"),
                WebspaceOwner.grammar, address, .optional("guid", .name, "The GUID"),
            ] + remarks), "The subscription and its main domain")

    private static let sections: [PacketGrammar.Part] = [
        PlanSettings.limits(isAddon: false), DomainSettings.preferences, PlanSettings.performance,
        PlanSettings.permissions, PlanSettings.phpSettings,
    ]

    static let ofNew: [PacketGrammar.Part] =
        [
            setupOfNew, DomainHosting.grammar(hasAddresses: true),
        ] + sections + [PlanChoice.optional, DomainSettings.mail]

    static let ofChange: [PacketGrammar.Part] =
        [setupOfChange, sections[0], sections[1], DomainHosting.grammar(hasAddresses: true)]
        + sections.dropFirst(2) + [DomainSettings.mail]

    static let generalInfo: [PacketGrammar.Part] =
        [
            .required("cr_date", .string, "The day it was made"),
            .required("name", .string, "The name of the main domain"),
            .required("ascii-name", .string, "That name as DNS has it"),
            .required("status", .integer, "0 where it is active"),
            .required("real_size", .integer, "What it uses, in bytes"),
            .required("owner-id", .identifier, "The number of its owner"),
            .optional("owner-login", .name, "The login name of its owner"),
            .any("dns_ip_address", .address, "An address of the main domain"),
            .required("htype", .word(DomainHosting.types), "The type of hosting"),
            .required("guid", .name, "The GUID"),
            .optional("vendor-guid", .name, "The GUID of the administrator or reseller"),
        ] + remarks

    private static let subscriptions = PacketGrammar.Part.optional(
        "subscriptions",
        .sequence([
            .any(
                "subscription",
                .sequence([
                    .required("locked", .boolean, "Whether changes of the plan pass it by"),
                    .required("synchronized", .boolean, "Whether it is as its plan is"),
                    .any(
                        "plan", .sequence([.required("plan-guid", .name, "The GUID of the plan")]),
                        "A plan or addon"),
                ]), "The subscription")
        ]), "Its plans")

    /// Everything that `get` can be asked for, with its name in the data set, in the order of the answer.
    static let data: [PacketGrammar.Part] = [
        .optional("gen_info", .sequence(generalInfo), "The subscription and its main domain"),
        DomainHosting.grammar(hasAddresses: true), DomainHosting.typeAlone, sections[0], DomainStatistics.ofDomain,
        sections[1], DomainStatistics.diskUsage, sections[2], subscriptions, sections[3],
        .optional("plan-items", PlanItem.listGrammar, "Its plan items, those of its plans too"), sections[4],
        .optional("resource-usage", .empty, "Use of the limits; always empty, as this panel measures none"),
        DomainSettings.mail,
    ]

    /// The data set by which parts of the data are asked for.
    static func dataset(_ data: [PacketGrammar.Part]) -> PacketGrammar.Part {
        .required(
            "dataset", .anyOrder(data.flatMap(\.elements).map { .optional($0.name, .empty, $0.summary) }),
            "What is asked")
    }
}
