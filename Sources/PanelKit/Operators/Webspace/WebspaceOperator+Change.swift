import GRDB

extension WebspaceOperator {
    /// Changes what the packet names.
    static let set = PacketOperation.change(
        "set", "Change subscriptions; what is left out stays",
        grammar: .sequence([
            filter.grammar,
            .required("values", .sequence(WebspaceGrammar.ofChange), "What becomes different"),
        ]),
        answer: ObjectFilter.echoGrammar, failure: filter.failure(echo: .filterID)
    ) { node, operation in
        let db = operation.db
        let values = node.child("values") ?? node
        let setup = values.child("gen_setup")
        let status = try ObjectStatus.named(by: setup)
        let owner = try WebspaceOwner.named(by: setup, in: operation.view)
        let hosting = values.child("hosting")
        let type = try DomainHosting.type(of: nil, hosting)
        return try filter.change(node, operation, echo: .filterID) { id in
            let before = try DomainRow(id, in: db)
            let old = try Webspace.logged(before, in: db)
            try changeSetup(setup, status, of: before, in: db)
            if let owner, owner.id != before.owner {
                try change(owner: owner, of: before, in: operation)
            }
            try DomainRow.update("htype", type ?? before.hosting, of: id, in: db)
            try DomainHosting.setAddresses(setup?.children(named: "ip_address") ?? [], of: id, in: db)
            if let type { try DomainHosting.write(hosting, type: type, of: id, in: db) }
            try Webspace.writeSettings(values, of: try Subscription(ofDomain: id, in: db), in: db)

            let after = try DomainRow(id, in: db)
            try operation.log(.domainUpdate, id, old: old, new: try Webspace.logged(after, in: db))
            if before.status != after.status {
                try operation.log(
                    .domainStatusUpdate, id, old: ["domain_name": before.name, "status": String(before.status)],
                    new: ["domain_name": after.name, "status": String(after.status)])
            }
            if values.child("limits") != nil {
                try operation.log(
                    .domainLimitsUpdate, id, old: ["domain_name": before.name], new: ["domain_name": after.name])
            }
            try DomainHosting.log(
                from: before.hosting, to: after.hosting, isTouched: hosting != nil, after, in: operation)
            return []
        }
    }

    private static func changeSetup(
        _ setup: PacketNode?, _ status: Int64?, of domain: DomainRow, in db: Database
    ) throws {
        if let name = setup?.string("name").flatMap(DomainName.init), name.text != domain.name {
            try DomainRow.refuseTaken(name, in: db)
            for column in ["name", "displayName"] { try DomainRow.update(column, name.text, of: domain.id, in: db) }
        }
        if let guid = setup?.string("guid") { try DomainRow.update("guid", guid, of: domain.id, in: db) }
        for (column, value) in remarks(of: setup) { try DomainRow.update(column, value, of: domain.id, in: db) }
        // All domains of a subscription are suspended and activated with it.
        guard let status, status != domain.status else { return }
        try db.change(
            sql: "UPDATE domains SET status = ?, webspace_status = ? WHERE id = ? OR webspace_id = ?",
            arguments: [status, status, domain.id, domain.id])
    }

    /// Hands a subscription to somebody else, who must belong to the same reseller: its plans are that one's.
    private static func change(
        owner: WebspaceOwner, of domain: DomainRow, in operation: PanelOperation
    ) throws {
        let db = operation.db
        let subscription = try Subscription(ofDomain: domain.id, in: db)
        let hasPlans = try !subscription.plans(in: db).isEmpty
        guard owner.vendor == domain.vendor || !hasPlans else {
            throw PacketError(
                .operationFailed,
                "\"\(owner.login)\" belongs to another vendor; switch the subscription to no plan first")
        }
        let request = SQLRequest<String>(
            sql: "SELECT login FROM clients WHERE id = ?", arguments: [domain.owner], cached: true)
        let login = try request.fetchOne(db) ?? ""
        try db.change(
            sql: "UPDATE domains SET cl_id = ?1, vendor_id = ?2 WHERE id = ?3 OR webspace_id = ?3",
            arguments: [owner.id, owner.vendor, domain.id])
        try operation.log(
            .domainOwnerChange, domain.id, old: ["domain_name": domain.name, "login_name": login],
            new: ["domain_name": domain.name, "login_name": owner.login])
    }

    /// Removes subscriptions with everything in them.
    static let del = PacketOperation.change(
        "del", "Remove subscriptions with all their domains",
        grammar: .sequence([filter.grammar]), answer: ObjectFilter.echoGrammar,
        failure: filter.failure(echo: .filterID)
    ) { node, operation in
        try filter.change(node, operation, echo: .filterID) { id in
            try Webspace.remove(id, in: operation)
            return []
        }
    }
}
