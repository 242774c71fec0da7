import GRDB

/// A subscription with its main domain and the sites in it.
enum Webspace {
    /// Removes a subscription with all its domains, and logs each.
    ///
    /// - Parameter id: the number of the main domain.
    static func remove(_ id: Int64, in operation: PanelOperation) throws {
        let db = operation.db
        let sites = try SQLRequest<Int64>(
            sql: "SELECT id FROM domains WHERE webspace_id = ? ORDER BY id DESC", arguments: [id], cached: true
        ).fetchAll(db)
        for site in sites { try removeSite(site, in: operation) }
        let domain = try DomainRow(id, in: db)
        let subscription = try Subscription(ofDomain: id, in: db)
        let list = try AppFilter.find(of: .subscription(subscription.id), in: db)
        // Its plans first: a reader of the change log can still tell whose they were.
        try db.change(sql: "DELETE FROM PlansSubscriptions WHERE subscription_id = ?", arguments: [subscription.id])
        try db.change(sql: "DELETE FROM Subscriptions WHERE id = ?", arguments: [subscription.id])
        try list?.removeIfUnused(in: db)
        for table in [DomainTable.limits, .permissions, .parameters] { try table.removeAll(of: id, in: db) }
        try db.change(sql: "DELETE FROM domains WHERE id = ?", arguments: [id])
        try operation.log(.domainDelete, id, old: ["domain_name": domain.name])
    }

    /// The subdomains of a site, those of subdomains before them.
    static func subdomains(of id: Int64, in db: Database) throws -> [Int64] {
        try SQLRequest<Int64>(
            sql: """
                WITH RECURSIVE below (id, depth) AS (
                    SELECT id, 1 FROM domains WHERE parentDomainId = ?
                    UNION SELECT d.id, b.depth + 1 FROM domains d JOIN below b ON d.parentDomainId = b.id
                    WHERE b.depth < 64
                ) SELECT id FROM below GROUP BY id ORDER BY max(depth) DESC, id
                """, arguments: [id], cached: true
        ).fetchAll(db)
    }

    /// Removes one further domain of a subscription.
    static func removeSite(_ id: Int64, in operation: PanelOperation) throws {
        let name = try DomainRow(id, in: operation.db).name
        try DomainTable.parameters.removeAll(of: id, in: operation.db)
        try operation.db.change(sql: "DELETE FROM domains WHERE id = ?", arguments: [id])
        try operation.log(.siteDelete, id, old: ["domain_name": name])
    }

    /// Writes what a packet says of the settings of the subscription, beside hosting and plans.
    static func writeSettings(_ node: PacketNode, of subscription: Subscription, in db: Database) throws {
        if let limits = node.child("limits") {
            var rows = try SettingNames.limitRows(of: limits)
            if let overuse = limits.string("overuse") { rows.append(SettingRow(element: "overuse", value: overuse)) }
            try DomainTable.limits.set(rows, of: subscription.domain, in: db)
        }
        if let permissions = node.child("permissions") {
            let rows = try SettingNames.permissionRows(of: permissions)
            try DomainTable.permissions.set(rows, of: subscription.domain, in: db)
        }
        if node.child("limits") != nil || node.child("permissions") != nil { try subscription.markCustom(in: db) }
        try DomainSettings.write(node, of: subscription.domain, in: db)
    }

    /// What the panel's log keeps of a main domain.
    static func logged(_ domain: DomainRow, in db: Database) throws -> PanelOperation.LoggedValues {
        let addresses = DomainHosting.addresses(in: try DomainTable.parameters.all(of: domain.id, in: db))
        return [
            "domain_name": domain.name, "ip_address": addresses.first { !$0.contains(":") } ?? "",
            "ip_v6_address": addresses.first { $0.contains(":") } ?? "",
        ]
    }
}
