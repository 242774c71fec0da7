/// A program of the panel's API: a name, and the operations that it offers.
///
/// A new operator is a type of this kind in a file of its own, and a line in `OperatorRegistry`.
package protocol Operator: Sendable {
    /// The element's name in a packet.
    var name: String { get }
    var operations: [PacketOperation] { get }
}

/// One thing that an operator can do.
package struct PacketOperation: Sendable {
    /// The element's name inside the operator's.
    package let name: String

    /// What its element may hold.
    package let grammar: PacketGrammar

    /// Carries it out inside its operation. One result per object that it concerned; a thrown error undoes it all.
    let run: @Sendable (PacketNode, PanelOperation) throws -> [PacketResult]

    /// The results where the operation failed as a whole.
    let failure: @Sendable (PacketNode, PacketError) -> [PacketResult]

    init(
        name: String, grammar: PacketGrammar,
        failure: @escaping @Sendable (PacketNode, PacketError) -> [PacketResult] = { [.failed($1)] },
        run: @escaping @Sendable (PacketNode, PanelOperation) throws -> [PacketResult]
    ) {
        self.name = name
        self.grammar = grammar
        self.failure = failure
        self.run = run
    }
}
