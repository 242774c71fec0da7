extension WebspaceOperator {
    /// Creates a subscription with its main domain, and puts it on a plan.
    static let add = PacketOperation.change(
        "add", "Create a subscription with its main domain, on a plan or without one",
        grammar: .sequence(WebspaceGrammar.ofNew),
        answer: [
            .optional("id", .identifier, "The number of the main domain, by which the subscription is called"),
            .optional("guid", .name, "Its GUID"),
        ]
    ) { node, operation in
        let db = operation.db
        let setup = node.child("gen_setup")
        guard let name = DomainName(setup?.string("name") ?? "") else {
            throw PacketError.invalid("name", "expected a domain name")
        }
        let owner = try WebspaceOwner.named(by: setup, in: operation.view) ?? .caller(in: operation.view)
        let plan = try PlanChoice.named(by: node, vendor: owner.vendor, in: db)
        if plan?.isAddon == true {
            throw PacketError.invalid("plan", "it is an addon; a subscription begins with a plan")
        }
        let hosting = node.child("hosting")
        let type = try DomainHosting.type(of: setup, hosting) ?? "none"
        let status = try ObjectStatus.named(by: setup) ?? ObjectStatus.active
        let domain = try DomainRow.insert(
            name, hosting: type, status: status, owner: owner.id, vendor: owner.vendor, in: db)
        for (column, value) in remarks(of: setup) { try DomainRow.update(column, value, of: domain.id, in: db) }

        let external = setup?.string("external-id").flatMap { $0.isEmpty ? nil : $0 }
        let subscription = try Subscription.insert(domain: domain.id, externalID: external, in: db)
        if let plan {
            try subscription.assign(plan.id, in: db)
            try subscription.takeOverPlans(in: db)
        }
        try DomainHosting.setAddresses(setup?.children(named: "ip_address") ?? [], of: domain.id, in: db)
        try DomainHosting.write(hosting, type: type, of: domain.id, in: db)
        try Webspace.writeSettings(node, of: subscription, in: db)

        let row = try DomainRow(domain.id, in: db)
        try operation.log(.domainCreate, domain.id, new: try Webspace.logged(row, in: db))
        try DomainHosting.log(from: "none", to: type, isTouched: true, row, in: operation)
        return [.ok([PacketNode("id", text: String(domain.id)), PacketNode("guid", text: domain.guid)])]
    }

    /// The columns of `domains` that a packet gives, with their values; an empty text is nothing.
    static func remarks(of setup: PacketNode?) -> [(column: String, value: String?)] {
        let columns = [
            ("external-id", "external_id"), ("description", "description"), ("admin-description", "adminDescription"),
            ("reseller-description", "resellerDescription"),
        ]
        return columns.compactMap { element, column in
            setup?.string(element).map { (column, $0.isEmpty ? nil : $0) }
        }
    }
}
