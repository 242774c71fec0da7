/// The answer to a packet, and in short how it went.
package struct PacketAnswer: Sendable {
    /// How a packet ended as a whole.
    package enum Verdict: Sendable, Equatable {
        /// Every status is ok.
        case ok
        /// It was understood, and at least one status is an error.
        case failed
        /// It could not be understood, and nothing of it was carried out.
        case broken
    }

    package let verdict: Verdict
    /// The response packet as a tree.
    package let root: PacketNode

    /// The response packet as UTF-8 text.
    package var xml: String { PacketWriter.write(root) }

    /// The answer to a packet of which nothing could be carried out.
    package static func refusal(_ error: PacketError) -> PacketAnswer {
        PacketAnswer(
            verdict: error.code == .malformedPacket ? .broken : .failed,
            root: PacketNode(
                "packet", children: [PacketNode("system", children: PacketResult.status(of: error))])
        )
    }
}
