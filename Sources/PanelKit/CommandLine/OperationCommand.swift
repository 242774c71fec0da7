/// A command made from an operation: its words become a packet.
package struct OperationCommand: Sendable {
    package let operatorName: String
    package let operatorSummary: String
    package let operation: PacketOperation
    /// In the order of the grammar.
    package let options: [CommandOption]

    init(_ known: any Operator, _ operation: PacketOperation) {
        operatorName = known.name
        operatorSummary = known.summary
        self.operation = operation
        options = CommandOption.all(of: operation.grammar.parts).flatMap { $0.isSecret ? [$0, $0.fromFile] : [$0] }
    }

    /// Every command of an operator.
    package static func all(of known: any Operator) -> [OperationCommand] {
        known.operations.map { OperationCommand(known, $0) }
    }

    /// The name of one of the panel's own options as this command takes it.
    package func name(of own: PanelOption) -> String {
        options.contains { $0.name == own.name } ? own.longName : own.name
    }

    /// The packet that the words ask for.
    ///
    /// - Throws: `CommandLineError` where elements are missing, exclude each other, or come too often.
    package func packet(_ words: CommandWords) throws(CommandLineError) -> PacketNode {
        let builder = PacketBuilder(values: words.values, isChange: operation.isChange)
        let node = PacketNode(operation.name, children: try builder.nodes(operation.grammar.parts))
        return PacketNode("packet", children: [PacketNode(operatorName, children: [node])])
    }
}
