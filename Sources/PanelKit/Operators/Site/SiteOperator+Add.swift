import GRDB

extension SiteOperator {
    /// Adds a domain to a subscription.
    static let add = PacketOperation.change(
        "add", "Add a domain to a subscription, or a subdomain to a site",
        grammar: .sequence(SiteGrammar.ofNew),
        answer: [
            .optional("id", .identifier, "The number of the new domain"), .optional("guid", .name, "Its GUID"),
        ]
    ) { node, operation in
        let db = operation.db
        let setup = node.child("gen_setup")
        guard let name = DomainName(setup?.string("name") ?? "") else {
            throw PacketError.invalid("name", "expected a domain name")
        }
        let parent = try domain(named: setup, by: SiteGrammar.parent, in: operation.view)
        let webspace = try webspace(setup, parent, in: operation.view)
        let hosting = node.child("hosting")
        let type = try DomainHosting.type(of: setup, hosting) ?? "none"
        let status = try ObjectStatus.named(by: setup) ?? ObjectStatus.active
        if parent == nil { try refuseBeyondLimit(webspace, in: db) }
        let site = try DomainRow.insert(
            name, hosting: type, status: status, owner: webspace.owner, vendor: webspace.vendor,
            webspace: webspace.id, parent: parent?.id ?? 0, in: db)
        if let description = setup?.string("description"), !description.isEmpty {
            try DomainRow.update("description", description, of: site.id, in: db)
        }
        try DomainHosting.write(hosting, type: type, of: site.id, in: db)
        try DomainSettings.write(node, of: site.id, in: db)
        let row = try DomainRow(site.id, in: db)
        try operation.log(.siteCreate, site.id, new: ["domain_name": row.name])
        try DomainHosting.log(from: "none", to: type, isTouched: true, row, in: operation)
        return [.ok([PacketNode("id", text: String(site.id)), PacketNode("guid", text: site.guid)])]
    }

    /// The main domain of the subscription that a packet means.
    ///
    /// - Throws: 1019 where it names neither a subscription nor a parent, or a parent in another subscription.
    private static func webspace(
        _ setup: PacketNode?, _ parent: DomainRow?, in view: PanelView
    ) throws -> DomainRow {
        let named = try domain(named: setup, by: SiteGrammar.webspace, in: view)
        if let named, named.webspace != 0 {
            throw PacketError.invalid("webspace", "\(named.name) is not the main domain of a subscription")
        }
        guard let parent else {
            guard let named else {
                throw PacketError.invalid("gen_setup", "name the subscription, by webspace-name, -id or -guid")
            }
            return named
        }
        if let named, named.id != parent.mainDomain {
            throw PacketError.invalid("parent-site", "\(parent.name) is not in the subscription \(named.name)")
        }
        return try named ?? DomainRow(parent.mainDomain, in: view.db)
    }

    /// The domain that a packet names, or nil where it names none.
    ///
    /// - Throws: 1013 where there is none such for the caller, 1019 for a value that cannot be right.
    private static func domain(
        named setup: PacketNode?, by criteria: [(element: String, column: String, type: ValueType, summary: String)],
        in view: PanelView
    ) throws -> DomainRow? {
        for criterion in criteria {
            guard let text = setup?.string(criterion.element) else { continue }
            if let objection = criterion.type.finalObjection(to: text) {
                throw PacketError.invalid(criterion.element, objection)
            }
            let request = SQLRequest<Int64>(
                sql: "SELECT id FROM domains WHERE \(criterion.column) = ?1 AND (?2 IS NULL OR vendor_id = ?2)",
                arguments: [criterion.column == "name" ? text.lowercased() : text, view.scope], cached: true)
            guard let id = try request.fetchOne(view.db) else {
                throw PacketError(
                    .unknownObject, "There is no domain with \(criterion.element) \"\(text.prefix(255))\"")
            }
            return try DomainRow(id, in: view.db)
        }
        return nil
    }

    /// - Throws: 1024 where the subscription has as many domains as it may have, its main domain included.
    private static func refuseBeyondLimit(_ webspace: DomainRow, in db: Database) throws {
        let limit = try SQLRequest<Int64>(
            sql: "SELECT value FROM Limits WHERE id = ? AND limit_name = 'max_site'", arguments: [webspace.id],
            cached: true
        ).fetchOne(db)
        guard let limit, limit >= 0 else { return }
        let count = try SQLRequest<Int64>(
            sql: "SELECT 1 + count(*) FROM domains WHERE webspace_id = ? AND parentDomainId = 0",
            arguments: [webspace.id], cached: true
        ).fetchOne(db)
        guard let count, count < limit else {
            throw PacketError(.limitReached, "The subscription \(webspace.name) may have \(limit) sites, and has them")
        }
    }
}
