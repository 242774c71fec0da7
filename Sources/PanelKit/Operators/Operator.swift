/// A program of the panel's API: a name, and the operations that it offers.
///
/// A new operator is a type of this kind in a folder of its own, and a line in `OperatorRegistry`.
package protocol Operator: Sendable {
    /// The element's name in a packet.
    var name: String { get }
    /// What it is about, in a few words.
    var summary: String { get }
    var operations: [PacketOperation] { get }
}
