/// The values of a plan as a packet gives them, and the rows of `TmplData` that hold them.
///
/// An element becomes a row under its own name with underscores; named settings (limits, hosting properties,
/// permissions) under theirs. PHP and web server settings carry a prefix, as their names alone say little.
enum PlanValues {
    /// Everything between the owner and the plan's external id.
    static let grammar: [PacketGrammar.Part] = [
        .optional("mail", .sequence(mail)),
        .optional(
            "limits",
            .sequence([
                .optional(
                    "overuse", .value(.word(["block", "notify", "normal", "not_suspend", "not_suspend_notify"]))),
                .any("limit", named(.integer)),
                .optional("all-to-zero", .empty),
            ])),
        .optional(
            "log-rotation",
            .sequence([.choice([.required("on", .sequence(logRotation)), .required("off", .empty)], required: true)])),
        .optional(
            "preferences",
            .sequence([
                .optional("stat", .value(.integer)),
                .optional("maillists", .value(.boolean)),
                .optional("mailservice", .value(.boolean)),
                .optional("dns_zone_type", .value(.word(["master", "slave"]))),
            ])),
        .optional("hosting", .sequence([.any("property", named(.string))])),
        .optional(
            "performance",
            .sequence([
                .optional("bandwidth", .value(.decimal)),
                .optional("max_connections", .value(.integer)),
            ])),
        .optional(
            "permissions", .sequence([.any("permission", named(.boolean)), .optional("revoke-all", .empty)])),
    ]

    /// What stands behind the external id.
    static let trailingGrammar: [PacketGrammar.Part] = [
        .optional("php-settings", .sequence([.any("setting", named(.string))])),
        .optional(
            "web-server-settings",
            .sequence(
                ["additional", "additional-ssl", "additional-nginx", "restrict-follow-sym-links"]
                    .map { .optional($0, .value(.text)) })),
    ]

    /// The limits that a plan can have.
    static let limits: Set = [
        "disk_space", "disk_space_soft", "expiration", "max_box", "max_cf_dsn", "max_db", "max_dom",
        "max_dom_aliases", "max_iis_app_pools", "max_maillists", "max_mn", "max_mssql_db", "max_odbc",
        "max_shared_ssl_links", "max_site", "max_site_builder", "max_subdom", "max_subftp_users", "max_traffic",
        "max_traffic_soft", "max_unity_mobile_sites", "max_webapps", "max_wu", "mbox_quota", "mssql_dbase_filesize",
        "mssql_dbase_log_filesize", "mssql_dbase_space", "mysql_dbase_filesize", "mysql_dbase_space",
        "total_mboxes_quota", "upsell_site_builder",
    ]

    /// The rows that a packet's values make, in its order.
    ///
    /// - Throws: 1019 for a name that no setting can have.
    static func rows(of plan: PacketNode) throws(PacketError) -> [(element: String, value: String)] {
        var rows: [(element: String, value: String)] = []
        for section in plan.children {
            switch section.name.replacing("_", with: "-") {
            case "mail", "preferences", "performance":
                for child in section.children { rows += leaves(of: child, prefix: "") }
            case "limits":
                rows += try limitRows(of: section)
            case "log-rotation":
                rows.append(("log_rotation", section.child("on") == nil ? "false" : "true"))
                for child in section.child("on")?.children ?? [] { rows += leaves(of: child, prefix: "") }
            case "hosting":
                rows += try settings(of: section.children(named: "property"), prefix: "")
            case "permissions":
                rows += try settings(of: section.children(named: "permission"), prefix: "")
            case "php-settings":
                rows += try settings(of: section.children, prefix: "php_")
            case "web-server-settings":
                for child in section.children { rows += leaves(of: child, prefix: "web_server_") }
            default:
                continue
            }
        }
        return rows
    }

    private static let mail: [PacketGrammar.Part] = [
        .optional(
            "nonexistent-user",
            .sequence([
                .choice(
                    [
                        .required("bounce", .value(.text)), .required("forward", .value(.string)),
                        .required("reject", .empty),
                    ], required: true)
            ])),
        .optional("webmail", .value(.string)),
        .optional("maillists", .value(.boolean)),
        .optional("mailservice", .value(.boolean)),
        .optional("outgoing-messages-mbox-limit", .value(.string)),
        .optional("outgoing-messages-domain-limit", .value(.string)),
        .optional("outgoing-messages-subscription-limit", .value(.string)),
        .optional("outgoing-messages-enable-sendmail", .value(.word(["true", "false", "1", "0", "default"]))),
        .optional("outgoing-messages-overlimit-percent", .value(.integer)),
    ]

    private static let logRotation: [PacketGrammar.Part] = [
        .optional(
            "log-condition",
            .sequence([
                .choice(
                    [
                        .required("log-bysize", .value(.integer)),
                        .required("log-bytime", .value(.word(["Daily", "Weekly", "Monthly"]))),
                    ], required: true)
            ])),
        .optional("log-max-num-files", .value(.integer)),
        .optional("log-compress", .value(.boolean)),
        .optional("log-email", .value(.string)),
    ]

    private static func named(_ type: ValueType) -> PacketGrammar {
        .sequence([.required("name", .value(.name)), .required("value", .value(type))])
    }

    private static func limitRows(
        of section: PacketNode
    ) throws(PacketError) -> [(element: String, value: String)] {
        var rows: [(element: String, value: String)] = []
        if let overuse = section.string("overuse") { rows.append(("overuse", overuse)) }
        let given = try settings(of: section.children(named: "limit"), prefix: "")
        if let unknown = given.first(where: { !limits.contains($0.element) }) {
            throw .invalid("name", "there is no limit \"\(unknown.element)\"")
        }
        rows += given
        if section.child("all-to-zero") != nil {
            let named = Set(given.map(\.element))
            rows += limits.subtracting(named).sorted().map { ($0, "0") }
        }
        return rows
    }

    /// Pairs of name and value. Names are words, so that no setting can pass for something else in `TmplData`.
    private static func settings(
        of nodes: [PacketNode], prefix: String
    ) throws(PacketError) -> [(element: String, value: String)] {
        var rows: [(element: String, value: String)] = []
        for node in nodes {
            let name = node.string("name") ?? ""
            let isWord = name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
            guard isWord, prefix.count + name.count <= ValueType.columnWidth, name != AppFilter.element else {
                throw .invalid("name", "no setting can be called \"\(name.prefix(80))\"")
            }
            rows.append((prefix + name, node.string("value") ?? ""))
        }
        return rows
    }

    /// An element as a row, or where it has children these as rows, the names joined.
    private static func leaves(of node: PacketNode, prefix: String) -> [(element: String, value: String)] {
        let element = prefix + node.name.replacing("-", with: "_")
        guard node.children.isEmpty else {
            return node.children.flatMap { leaves(of: $0, prefix: element + "_") }
        }
        return [(element, node.text.isBlank ? "true" : node.text.whiteSpaceCollapsed)]
    }
}
