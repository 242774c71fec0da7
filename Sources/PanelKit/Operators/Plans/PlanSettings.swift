import GRDB

/// What a plan gives, as packets write it: limits, permissions, hosting, mail, …
///
/// An element becomes a row of `TmplData` under its own name with underscores; named settings (limits, hosting
/// properties, permissions) under theirs. PHP and web server settings carry a prefix, as their names alone say little.
enum PlanSettings {
    /// The parts of a plan that both kinds have, in the order of the packets. `hosting` differs between operations.
    static func grammar(
        of kind: PlanKind, hosting: PacketGrammar.Part, beforePHP: [PacketGrammar.Part]
    ) -> [PacketGrammar.Part] {
        switch kind {
        case .plan:
            [mail, limits(isAddon: false), logRotation, preferences, hosting, performance, permissions] + beforePHP
                + [phpSettings, webServerSettings]
        case .addon:
            [limits(isAddon: true), hosting, performance, permissions] + beforePHP + [phpSettings]
        }
    }

    static let externalID = PacketGrammar.Part.optional(
        "external-id", .string, "The number that another system knows the plan by")

    /// Hosting as plans are made with: a list of properties.
    static let hostingProperties = PacketGrammar.Part.optional(
        "hosting", .sequence([hostingProperty]), "Web hosting of the subscriptions")

    /// Hosting as plans are changed with and described: of a type, or none.
    static let hostingOfType = PacketGrammar.Part.optional(
        "hosting",
        .sequence([
            .choice(
                [
                    .required("vrt_hst", .sequence([hostingProperty]), "Web hosting with these properties"),
                    .required("none", .empty, "No web hosting"),
                ], required: true)
        ]), "Web hosting of the subscriptions")

    /// What becomes of mail for addresses that are not there.
    static let nonexistentUser = PacketGrammar.sequence([
        .choice(
            [
                .required("bounce", .text, "Answered with this message"),
                .required("forward", .string, "Forwarded to this address"),
                .required("reject", .empty, "Refused"),
            ], required: true)
    ])

    private static let mail = PacketGrammar.Part.optional(
        "mail",
        .sequence([
            .optional("nonexistent-user", nonexistentUser, "What becomes of mail for addresses that are not there"),
            .optional("webmail", .string, "The webmail program"),
            .optional("maillists", .boolean, "Whether there can be mailing lists"),
            .optional("mailservice", .boolean, "Whether mail is switched on"),
            .optional("outgoing-messages-mbox-limit", .string, "Messages an hour from a mailbox, or default"),
            .optional("outgoing-messages-domain-limit", .string, "Messages an hour from a domain, or default"),
            .optional(
                "outgoing-messages-subscription-limit", .string, "Messages an hour from a subscription, or default"),
            .optional(
                "outgoing-messages-enable-sendmail", .word(["true", "false", "1", "0", "default"]),
                "Whether scripts may send mail"),
            .optional(
                "outgoing-messages-overlimit-percent", .integer, "How far the limits may be exceeded, in percent"),
        ]), "Mail of the subscriptions")

    static func limits(isAddon: Bool) -> PacketGrammar.Part {
        let overuse = PacketGrammar.Part.optional(
            "overuse", .word(["block", "notify", "normal", "not_suspend", "not_suspend_notify"]),
            "What happens when a limit is exceeded")
        let rest: [PacketGrammar.Part] = [
            .any("limit", named(.integer), "A limit; -1 is unlimited, sizes are in bytes"),
            .optional("all-to-zero", .empty, "Every limit that is not named becomes 0"),
        ]
        return .optional("limits", .sequence(isAddon ? rest : [overuse] + rest), "What the subscriptions may use")
    }

    private static let logRotation = PacketGrammar.Part.optional(
        "log-rotation",
        .sequence([
            .choice(
                [
                    .required(
                        "on",
                        .sequence([
                            .optional(
                                "log-condition",
                                .sequence([
                                    .choice(
                                        [
                                            .required("log-bysize", .integer, "By size, in bytes"),
                                            .required(
                                                "log-bytime", .word(["Daily", "Weekly", "Monthly"]), "By time"),
                                        ], required: true)
                                ]), "When a log is rotated"),
                            .optional("log-max-num-files", .integer, "How many old logs are kept"),
                            .optional("log-compress", .boolean, "Whether old logs are compressed"),
                            .optional("log-email", .string, "Where old logs are sent"),
                        ]), "Logs are rotated"),
                    .required("off", .empty, "Logs are not rotated"),
                ], required: true)
        ]), "Rotation of the web server's logs")

    private static let preferences = PacketGrammar.Part.optional(
        "preferences",
        .sequence([
            .optional("stat", .integer, "How long traffic statistics are kept, in months"),
            .optional("maillists", .boolean, "Whether there can be mailing lists"),
            .optional("mailservice", .boolean, "Whether mail is switched on"),
            .optional("dns_zone_type", .word(["master", "slave"]), "The role of the DNS server"),
        ]), "Further preferences")

    static let performance = PacketGrammar.Part.optional(
        "performance",
        .sequence([
            .optional("bandwidth", .decimal, "The bandwidth, in KB/s; -1 is unlimited"),
            .optional("max_connections", .integer, "How many connections at once; -1 is unlimited"),
        ]), "Limits of the web server")

    static let permissions = PacketGrammar.Part.optional(
        "permissions",
        .sequence([
            .any("permission", named(.boolean), "A permission"),
            .optional("revoke-all", .empty, "Every permission that is not named is taken away"),
        ]), "What the subscribers may do")

    static let phpSettings = PacketGrammar.Part.optional(
        "php-settings", .sequence([.any("setting", named(.string), "A directive of php.ini")]), "PHP")

    private static let webServerSettings = PacketGrammar.Part.optional(
        "web-server-settings",
        .sequence([
            .optional("additional", .text, "Directives of the web server for HTTP"),
            .optional("additional-ssl", .text, "Directives of the web server for HTTPS"),
            .optional("additional-nginx", .text, "Directives of nginx"),
            .optional("restrict-follow-sym-links", .text, "Whether symbolic links are followed"),
        ]), "The web server")

    private static let hostingProperty = PacketGrammar.Part.any("property", named(.string), "A property of web hosting")

    /// A pair of `name` and `value`.
    static func named(_ type: ValueType) -> PacketGrammar {
        .sequence([.required("name", .name, "Its name"), .required("value", type, "Its value")])
    }
}
