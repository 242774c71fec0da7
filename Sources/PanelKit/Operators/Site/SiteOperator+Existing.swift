extension SiteOperator {
    /// Describes domains, as much as is asked.
    static let get = PacketOperation.read(
        "get", "Describe domains",
        grammar: .sequence([filter.grammar, WebspaceGrammar.dataset(SiteGrammar.data)]),
        answer: ObjectFilter.echoGrammar + [.optional("data", .sequence(SiteGrammar.data), "What was asked")],
        failure: filter.failure(echo: .filterID)
    ) { node, view in
        let asked = node.child("dataset")
        let names = SiteGrammar.data.flatMap(\.elements).map(\.name).filter { asked?.child($0) != nil }
        return try filter.read(node, view, echo: .filterID) { id in
            let domain = try DomainRow(id, in: view.db)
            let parameters = try DomainTable.parameters.all(of: id, in: view.db)
            let sections = try names.map { name in
                switch name {
                case "gen_info": PacketNode(name, children: domain.nodes(SiteGrammar.generalInfo))
                case "hosting": DomainHosting.node(type: domain.hosting, parameters, hasAddresses: false)
                case "stat": try DomainStatistics.node(ofDomain: domain, in: view.db)
                case "disk_usage": DomainStatistics.diskUsageNode
                default: DomainSettings.node(name, parameters)
                }
            }
            return [PacketNode("data", children: sections)]
        }
    }

    /// Changes what the packet names.
    static let set = PacketOperation.change(
        "set", "Change domains; what is left out stays",
        grammar: .sequence([
            filter.grammar, .required("values", .sequence(SiteGrammar.ofChange), "What becomes different"),
        ]),
        answer: ObjectFilter.echoGrammar, failure: filter.failure(echo: .filterID)
    ) { node, operation in
        let db = operation.db
        let values = node.child("values") ?? node
        let setup = values.child("gen_setup")
        let status = try ObjectStatus.named(by: setup)
        let hosting = values.child("hosting")
        let type = try DomainHosting.type(of: nil, hosting)
        return try filter.change(node, operation, echo: .filterID) { id in
            let before = try DomainRow(id, in: db)
            if let name = setup?.string("name").flatMap(DomainName.init), name.text != before.name {
                try DomainRow.refuseTaken(name, in: db)
                for column in ["name", "displayName"] { try DomainRow.update(column, name.text, of: id, in: db) }
            }
            if let guid = setup?.string("guid") { try DomainRow.update("guid", guid, of: id, in: db) }
            if let text = setup?.string("description") {
                try DomainRow.update("description", text.isEmpty ? nil : text, of: id, in: db)
            }
            if let status { try DomainRow.update("status", status, of: id, in: db) }
            try DomainRow.update("htype", type ?? before.hosting, of: id, in: db)
            if let type { try DomainHosting.write(hosting, type: type, of: id, in: db) }
            try DomainSettings.write(values, of: id, in: db)
            let after = try DomainRow(id, in: db)
            try operation.log(.siteUpdate, id, old: ["domain_name": before.name], new: ["domain_name": after.name])
            try DomainHosting.log(
                from: before.hosting, to: after.hosting, isTouched: hosting != nil, after, in: operation)
            return []
        }
    }

    /// Removes further domains and subdomains.
    static let del = PacketOperation.change(
        "del", "Remove further domains of subscriptions, with their subdomains",
        grammar: .sequence([filter.grammar]), answer: ObjectFilter.echoGrammar,
        failure: filter.failure(echo: .filterID)
    ) { node, operation in
        try filter.change(node, operation, echo: .filterID) { id in
            let domain = try DomainRow(id, in: operation.db)
            guard domain.webspace != 0 else {
                throw PacketError(
                    .operationFailed, "\(domain.name) is the main domain of a subscription; webspace del removes both")
            }
            for site in try Webspace.subdomains(of: id, in: operation.db) + [id] {
                try Webspace.removeSite(site, in: operation)
            }
            return []
        }
    }
}
