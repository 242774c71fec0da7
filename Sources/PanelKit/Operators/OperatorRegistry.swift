/// The operators that a packet may name.
package struct OperatorRegistry: Sendable {
    /// Every operator of this panel.
    package static let all = OperatorRegistry.standard { ServerFacts.now() }

    package let operators: [any Operator]

    package init(_ operators: [any Operator]) {
        self.operators = operators
    }

    /// Every operator of this panel, on a machine of which `facts` tells.
    package static func standard(facts: @escaping @Sendable () -> ServerFacts) -> OperatorRegistry {
        let operators: [any Operator] = [
            PlanItemOperator(),
            ServicePlanOperator(),
            ServicePlanAddonOperator(),
            CustomerOperator(),
            WebspaceOperator(),
            SiteOperator(),
            EventLogOperator(),
            SecretKeyOperator(),
            ServerOperator(facts: facts),
            IPOperator(facts: facts),
        ]
        return OperatorRegistry(operators + [DictionaryOperator(listing: operators)])
    }

    /// The operator of that name, in either spelling.
    func find(_ node: PacketNode) -> (any Operator)? {
        operators.first { node.isNamed($0.name) }
    }

    /// The operator of that name, in either spelling.
    package func find(_ name: String) -> (any Operator)? { find(PacketNode(name)) }

    /// What `dictionary get` answers, for which no database is needed; nil where that operator is not among these.
    package var dictionary: PacketAnswer? {
        guard let dictionary = operators.lazy.compactMap({ $0 as? DictionaryOperator }).first else { return nil }
        let result = PacketResult.ok(dictionary.contents).node
        let answered = PacketNode("get", children: [result])
        return PacketAnswer(
            verdict: .ok,
            root: PacketNode("packet", children: [PacketNode(dictionary.name, children: [answered])]))
    }
}
