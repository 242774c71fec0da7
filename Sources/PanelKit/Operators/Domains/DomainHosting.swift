import GRDB

/// How a domain is hosted: on the web server, by forwarding, or not at all.
enum DomainHosting {
    static let prefix = "hosting_"
    private static let addresses = "ip_addresses"

    static let types = ["vrt_hst", "std_fwd", "frm_fwd", "none"]

    static let typeGrammar = PacketGrammar.Part.optional(
        "htype", .word(types), "The type of hosting; hosting itself says it, too")

    /// The type without anything else, as a part of answers.
    static let typeAlone = PacketGrammar.Part.optional(
        "hosting-basic",
        .sequence([.choice(types.map { .required($0, .empty, "This type") }, required: true)]),
        "The type of hosting alone")

    /// - Parameter hasAddresses: whether the addresses are named here, as for subscriptions.
    static func grammar(hasAddresses: Bool) -> PacketGrammar.Part {
        let addresses = PacketGrammar.Part.any("ip_address", .address, "An address of the domain")
        func parts(_ own: [PacketGrammar.Part]) -> PacketGrammar { .sequence(hasAddresses ? own + [addresses] : own) }
        let url = PacketGrammar.Part.required("dest_url", .url, "Where it leads")
        return .optional(
            "hosting",
            .sequence([
                .choice(
                    [
                        .required(
                            "vrt_hst",
                            parts([
                                .any(
                                    "property", PlanSettings.named(.string),
                                    "A property of web hosting; a password is not kept")
                            ]), "Web hosting"),
                        .required(
                            "std_fwd", parts([url, .optional("http_code", .integer, "The HTTP status: 301 or 302")]),
                            "Forwarding that the browser shows"),
                        .required("frm_fwd", parts([url]), "Forwarding in a frame"),
                        .required("none", .empty, "No hosting"),
                    ], required: true)
            ]), "How the domain is hosted")
    }

    /// The type that a packet asks for, or nil where it says nothing.
    ///
    /// - Throws: 1019 where `htype` and `hosting` contradict each other.
    static func type(of setup: PacketNode?, _ hosting: PacketNode?) throws(PacketError) -> String? {
        let named = setup?.string("htype")
        let inside = hosting?.children.first.flatMap { node in types.first { node.isNamed($0) } }
        if let named, let inside, named != inside {
            throw .invalid("htype", "it says \(named), and hosting says \(inside)")
        }
        return inside ?? named
    }

    /// Writes what a packet says of the hosting; what belongs to another type goes.
    static func write(_ hosting: PacketNode?, type: String, of domain: Int64, in db: Database) throws {
        guard let inside = hosting?.children.first else { return }
        let before = try DomainRow(domain, in: db).hosting
        if before != type { try DomainTable.parameters.remove(prefix: prefix, of: domain, in: db) }
        var rows = try SettingRow.all(named: inside.children(named: "property"), prefix: prefix)
            .filter { !$0.element.lowercased().contains("password") }
        for name in ["dest_url", "http_code"] {
            if let value = inside.string(name) { rows.append(SettingRow(element: prefix + name, value: value)) }
        }
        try DomainTable.parameters.set(rows, of: domain, in: db)
        try setAddresses(inside.children(named: "ip_address"), of: domain, in: db)
    }

    /// Keeps the addresses of a domain, where a packet names any.
    static func setAddresses(_ nodes: [PacketNode], of domain: Int64, in db: Database) throws {
        guard !nodes.isEmpty else { return }
        let texts = nodes.map { CallerAddress($0.text.whiteSpaceCollapsed)?.text ?? $0.text }
        let row = SettingRow(element: addresses, value: texts.joined(separator: ","))
        try DomainTable.parameters.set([row], of: domain, in: db)
    }

    static func addresses(in parameters: [String: String]) -> [String] {
        parameters[addresses]?.split(separator: ",").map(String.init) ?? []
    }

    /// The `hosting` element of an answer.
    static func node(type: String, _ parameters: [String: String], hasAddresses: Bool) -> PacketNode {
        var inside = PacketNode(type)
        let rows = parameters.filter { $0.key.hasPrefix(prefix) }.sorted { $0.key < $1.key }
            .map { SettingRow(element: String($0.key.dropFirst(prefix.count)), value: $0.value) }
        switch type {
        case "vrt_hst": inside.children = SettingRow.list(rows, each: "property")
        case "std_fwd", "frm_fwd":
            // The schema has them in this order, which is not that of the alphabet.
            inside.children = ["dest_url", "http_code"].compactMap { name in
                rows.first { $0.element == name }.map { PacketNode(name, text: $0.value) }
            }
        default: break
        }
        if hasAddresses, type != "none" {
            inside.children += addresses(in: parameters).map { PacketNode("ip_address", text: $0) }
        }
        return PacketNode("hosting", children: [inside])
    }

    /// What the panel's log says when the hosting of a domain came, went or changed.
    static func log(
        from old: String, to new: String, isTouched: Bool, _ domain: DomainRow, in operation: PanelOperation
    ) throws {
        let values = ["domain_name": domain.name]
        switch (old == "none", new == "none") {
        case (true, false): try operation.log(.hostingCreate, domain.id, new: values)
        case (false, true): try operation.log(.hostingDelete, domain.id, old: values)
        case (false, false) where isTouched || old != new:
            try operation.log(.hostingUpdate, domain.id, old: values, new: values)
        default: break
        }
    }
}
