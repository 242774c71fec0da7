/// The operators that a packet may name.
package struct OperatorRegistry: Sendable {
    /// Every operator of this panel.
    package static let all = OperatorRegistry([
        PlanItemOperator(),
        ServicePlanOperator(),
        ServicePlanAddonOperator(),
    ])

    package let operators: [any Operator]

    package init(_ operators: [any Operator]) {
        self.operators = operators
    }

    /// The operator of that name, in either spelling.
    func find(_ node: PacketNode) -> (any Operator)? {
        operators.first { node.isNamed($0.name) }
    }
}
