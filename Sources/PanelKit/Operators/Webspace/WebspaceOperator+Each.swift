import GRDB

extension WebspaceOperator {
    /// One of the subscriptions that an operation is applied to.
    struct Chosen {
        let subscription: Subscription
        /// The administrator or reseller whose plans it can have.
        let vendor: Int64
        let db: Database

        /// What messages call it.
        var title: String { "The subscription \(subscription.domain)" }
    }

    /// An operation that changes each subscription that its filter chooses, and writes that into the panel's log.
    ///
    /// - Parameters:
    ///   - parts: what the packet says behind the filter.
    ///   - answer: what a result says behind the echo of the filter.
    ///   - read: understands the packet, once for all subscriptions.
    ///   - change: changes one of them; gives what its result says.
    static func changeEach<Asked>(
        _ name: String, _ summary: String, _ parts: [PacketGrammar.Part], answer: [PacketGrammar.Part] = [],
        asked read: @escaping @Sendable (PacketNode, Database) throws -> Asked,
        change: @escaping @Sendable (Asked, Chosen) throws -> [PacketNode]
    ) -> PacketOperation {
        .change(
            name, summary, grammar: .sequence([filter.grammar] + parts), answer: ObjectFilter.echoGrammar + answer,
            failure: filter.failure(echo: .filterID)
        ) { node, operation in
            let db = operation.db
            let asked = try read(node, db)
            return try filter.change(node, operation, echo: .filterID) { id in
                let domain = try DomainRow(id, in: db)
                let subscription = try Subscription(ofDomain: id, in: db)
                let nodes = try change(asked, Chosen(subscription: subscription, vendor: domain.vendor, db: db))
                try log(domain, in: operation)
                return nodes
            }
        }
    }

    /// Writes into the panel's log that a subscription changed.
    static func log(_ domain: DomainRow, in operation: PanelOperation) throws {
        let values = try Webspace.logged(domain, in: operation.db)
        try operation.log(.domainUpdate, domain.id, old: values, new: values)
    }
}
