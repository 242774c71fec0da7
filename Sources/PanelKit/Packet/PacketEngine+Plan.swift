extension PacketEngine {
    /// A packet that is understood: what it asks for, in order.
    struct Plan: Sendable {
        let caller: Caller
        /// What of the packet's attributes the answer repeats.
        let attributes: [String: String]
        let groups: [(name: String, calls: [PlannedCall])]

        /// Tells whether anything in it changes the panel.
        var changes: Bool {
            groups.contains { $0.calls.contains { $0.operation.isChange && $0.refusal == nil } }
        }
    }

    /// One operation that a packet asks for.
    struct PlannedCall: Sendable {
        let operation: PacketOperation
        let node: PacketNode
        /// Why it is not carried out at all; nil where it is.
        let refusal: PacketError?
    }

    /// Compares the whole packet with the grammar before any of it is carried out.
    ///
    /// - Throws: 1014 and 1005, which concern the packet as a whole.
    func plan(_ bytes: [UInt8], _ caller: Caller) throws(PacketError) -> Plan {
        let root = try PacketParser.parse(bytes)
        guard root.name == "packet" else {
            throw .malformed("the root element is <\(root.name)>, expected <packet>", at: root.position)
        }
        if let version = root.attributes["version"], ProtocolVersion(version)?.isSupported != true {
            throw PacketError(
                .unsupportedVersion, "Protocol version \"\(version.prefix(40))\" is not supported; use 1.6.9.1")
        }
        guard root.text.isBlank else {
            throw .malformed("text inside <packet>, where only operators may stand", at: root.position)
        }
        guard !root.children.isEmpty else { throw .malformed("the packet holds no operator", at: root.position) }
        var groups: [(name: String, calls: [PlannedCall])] = []
        for asked in root.children { groups.append(try plan(operatorNode: asked, caller)) }
        return Plan(caller: caller, attributes: root.attributes.filter { $0.key == "version" }, groups: groups)
    }

    private func plan(
        operatorNode asked: PacketNode, _ caller: Caller
    ) throws(PacketError) -> (name: String, calls: [PlannedCall]) {
        guard let known = operators.find(asked) else {
            let meant = Self.meant(asked.name, among: operators.operators.map(\.name))
            throw .malformed("there is no operator <\(asked.name)>\(meant)", at: asked.position)
        }
        guard asked.text.isBlank else {
            throw .malformed("text inside <\(asked.name)>, where only operations may stand", at: asked.position)
        }
        guard !asked.children.isEmpty else {
            throw .malformed("<\(asked.name)> holds no operation", at: asked.position)
        }
        var calls: [PlannedCall] = []
        for node in asked.children {
            guard let operation = known.operations.first(where: { node.isNamed($0.name) }) else {
                let meant = Self.meant(node.name, among: known.operations.map(\.name))
                throw .malformed("<\(asked.name)> has no operation <\(node.name)>\(meant)", at: node.position)
            }
            let wrongValue = try operation.grammar.check(node)
            let objection = operation.objection(to: caller, on: known.name)
            calls.append(PlannedCall(operation: operation, node: node, refusal: objection ?? wrongValue))
        }
        return (known.name, calls)
    }

    private static func meant(_ written: String, among known: [String]) -> String {
        Likeness.nearest(to: written, among: known).map { "; did you mean <\($0)>?" } ?? ""
    }
}
