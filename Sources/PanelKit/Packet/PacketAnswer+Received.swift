extension PacketAnswer {
    /// An answer as another panel sent it.
    ///
    /// - Throws: where it is no packet.
    package init(received bytes: [UInt8]) throws(PacketError) {
        let root = try PacketParser.parse(bytes)
        guard root.name == "packet" else {
            throw .malformed("the root element is <\(root.name)>, expected <packet>", at: root.position)
        }
        self.init(verdict: Self.verdict(of: root), root: root)
    }

    private static func verdict(of root: PacketNode) -> Verdict {
        let refusal = root.child("system")?.string("errcode")
        if refusal == String(PacketError.Code.malformedPacket.rawValue) { return .broken }
        return hasError(root) ? .failed : .ok
    }

    private static func hasError(_ node: PacketNode) -> Bool {
        (node.name == "status" && node.text == "error") || node.children.contains(where: hasError)
    }
}
