import GRDB

/// The settings of a domain that are told and kept alike everywhere: preferences, performance, mail, PHP.
enum DomainSettings {
    /// A section of packets whose elements are kept as parameters under a prefix.
    private static let sections = [("prefs", "prefs_"), ("performance", "performance_"), ("mail", "mail_")]
    private static let phpPrefix = "php_"

    static let preferences = PacketGrammar.Part.optional(
        "prefs",
        .anyOrder([
            .optional("www", .boolean, "Whether the domain is there with www in front, too"),
            .optional("stat_ttl", .string, "How long traffic statistics are kept, in months"),
            .optional("outgoing-messages-domain-limit", .string, "Messages an hour from the domain, or default"),
        ]), "Preferences")

    static let mailOfSite = PacketGrammar.Part.optional(
        "mail", .sequence([.optional("mailservice", .boolean, "Whether mail is switched on")]), "Mail")

    static let mail = PacketGrammar.Part.optional(
        "mail",
        .sequence([
            .optional("none", .empty, "No mail"),
            .optional("nonexistent-user", PlanSettings.nonexistentUser, "Mail for addresses that are not there"),
            .optional("webmail", .string, "The webmail program"),
            .optional("spam-protect-sign", .boolean, "Whether mail is signed with DKIM"),
            .optional("greylisting", .boolean, "Whether unknown senders are made to wait"),
            .optional("mailservice", .boolean, "Whether mail is switched on"),
            .optional("outgoing-messages-mbox-limit", .string, "Messages an hour from a mailbox, or default"),
            .optional("outgoing-messages-domain-limit", .string, "Messages an hour from a domain, or default"),
            .optional(
                "outgoing-messages-subscription-limit", .string, "Messages an hour from the subscription, or default"),
            .optional(
                "outgoing-messages-enable-sendmail", .word(["true", "false", "1", "0", "default"]),
                "Whether scripts may send mail"),
            .optional(
                "outgoing-messages-overlimit-percent", .integer, "How far the limits may be exceeded, in percent"),
        ]), "Mail")

    /// The parts of which a packet or an answer can hold any, for checks and for writing answers.
    private static let described = [preferences, PlanSettings.performance, mail].flatMap(\.elements)

    /// Writes what a packet says.
    static func write(_ node: PacketNode, of domain: Int64, in db: Database) throws {
        var rows: [SettingRow] = []
        for (name, prefix) in sections {
            guard let section = node.child(name) else { continue }
            if let user = section.child("nonexistent-user"), !user.children.isEmpty {
                try DomainTable.parameters.remove(prefix: prefix + "nonexistent_user_", of: domain, in: db)
            }
            for child in section.children { rows += SettingRow.leaves(of: child, prefix: prefix) }
        }
        let php = node.child("php-settings")?.children ?? []
        rows += try SettingRow.all(named: php, prefix: phpPrefix)
        try DomainTable.parameters.set(rows, of: domain, in: db)
    }

    /// A section as an answer has it; empty where nothing was ever set.
    static func node(_ name: String, _ parameters: [String: String]) -> PacketNode {
        if name == "php-settings" {
            let rows = parameters.filter { $0.key.hasPrefix(phpPrefix) }.sorted { $0.key < $1.key }
                .map { SettingRow(element: String($0.key.dropFirst(phpPrefix.count)), value: $0.value) }
            return PacketNode(name, children: SettingRow.list(rows, each: "setting"))
        }
        let prefix = sections.first { $0.0 == name }?.1 ?? ""
        let elements = described.first { $0.name == name }?.content.parts.flatMap(\.elements) ?? []
        return PacketNode(
            name, children: elements.compactMap { SettingRow.node(of: $0, prefix: prefix, in: parameters) })
    }
}
