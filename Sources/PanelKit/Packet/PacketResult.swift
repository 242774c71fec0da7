/// How one operation, or one of the objects that its filter chose, ended.
package struct PacketResult: Sendable {
    /// nil where it succeeded.
    package let error: PacketError?
    /// What stands in the result behind the status, in the documented order.
    package let details: [PacketNode]

    static func ok(_ details: [PacketNode]) -> PacketResult {
        PacketResult(error: nil, details: details)
    }

    static func failed(_ error: PacketError, _ details: [PacketNode] = []) -> PacketResult {
        PacketResult(error: error, details: details)
    }

    /// The `result` element.
    var node: PacketNode {
        PacketNode("result", children: Self.status(of: error) + details)
    }

    /// The elements that report an error, or that there is none.
    static func status(of error: PacketError?) -> [PacketNode] {
        guard let error else { return [PacketNode("status", text: "ok")] }
        return [
            PacketNode("status", text: "error"),
            PacketNode("errcode", text: String(error.code.rawValue)),
            PacketNode("errtext", text: error.text),
        ]
    }
}
