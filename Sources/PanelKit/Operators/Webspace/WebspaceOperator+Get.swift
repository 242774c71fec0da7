import GRDB

extension WebspaceOperator {
    /// Describes subscriptions, as much as is asked.
    static let get = PacketOperation.read(
        "get", "Describe subscriptions",
        grammar: .sequence([filter.grammar, WebspaceGrammar.dataset(WebspaceGrammar.data)]),
        answer: ObjectFilter.echoGrammar + [
            .optional("data", .sequence(WebspaceGrammar.data), "What was asked")
        ], failure: filter.failure(echo: .filterID)
    ) { node, view in
        let asked = node.child("dataset")
        let names = WebspaceGrammar.data.flatMap(\.elements).map(\.name).filter { asked?.child($0) != nil }
        return try filter.read(node, view, echo: .filterID) { id in
            let domain = try DomainRow(id, in: view.db)
            let parameters = try DomainTable.parameters.all(of: id, in: view.db)
            return [
                PacketNode("data", children: try names.map { try section($0, domain, parameters, in: view.db) })
            ]
        }
    }

    private static func section(
        _ name: String, _ domain: DomainRow, _ parameters: [String: String], in db: Database
    ) throws -> PacketNode {
        switch name {
        case "gen_info": return generalInfo(domain, parameters)
        case "hosting": return DomainHosting.node(type: domain.hosting, parameters, hasAddresses: true)
        case "hosting-basic": return PacketNode(name, children: [PacketNode(domain.hosting)])
        case "limits":
            var values = try DomainTable.limits.all(of: domain.id, in: db)
            let overuse = values.removeValue(forKey: "overuse").map { [PacketNode("overuse", text: $0)] } ?? []
            return PacketNode(name, children: overuse + list(values, each: "limit"))
        case "permissions":
            let values = try DomainTable.permissions.all(of: domain.id, in: db)
            return PacketNode(name, children: list(values, each: "permission"))
        case "subscriptions": return try subscriptions(of: domain.id, in: db)
        case "plan-items":
            let subscription = try Subscription(ofDomain: domain.id, in: db)
            return PlanItem.list(try SubscriptionProperty.planItems(of: subscription.id, in: db))
        case "stat": return try DomainStatistics.node(ofDomain: domain, in: db)
        case "disk_usage": return DomainStatistics.diskUsageNode
        case "resource-usage": return PacketNode(name)
        default: return DomainSettings.node(name, parameters)
        }
    }

    private static func generalInfo(_ domain: DomainRow, _ parameters: [String: String]) -> PacketNode {
        var nodes = domain.nodes(WebspaceGrammar.generalInfo)
        let place = nodes.firstIndex { $0.name == "htype" } ?? nodes.endIndex
        let addresses = DomainHosting.addresses(in: parameters).map { PacketNode("dns_ip_address", text: $0) }
        nodes.insert(contentsOf: addresses, at: place)
        return PacketNode("gen_info", children: nodes)
    }

    private static func list(_ values: [String: String], each element: String) -> [PacketNode] {
        SettingRow.list(
            values.sorted { $0.key < $1.key }.map { SettingRow(element: $0.key, value: $0.value) }, each: element)
    }

    private static func subscriptions(of domain: Int64, in db: Database) throws -> PacketNode {
        let subscription = try Subscription(ofDomain: domain, in: db)
        let plans = try subscription.plans(in: db).map { plan in
            PacketNode("plan", children: [PacketNode("plan-guid", text: plan.guid)])
        }
        let state = [
            PacketNode("locked", text: String(subscription.isLocked)),
            PacketNode("synchronized", text: String(subscription.isSynchronized)),
        ]
        return PacketNode("subscriptions", children: [PacketNode("subscription", children: state + plans)])
    }
}
