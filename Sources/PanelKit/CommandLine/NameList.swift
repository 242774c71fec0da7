/// `dom_id,email=false`: elements of which each is there or not, or true or false.
struct NameList {
    /// In the order of the grammar.
    let nodes: [PacketNode]

    /// - Parameter texts: what was given, together one list.
    init(_ texts: [String], of members: [PacketElement], option: String) throws(CommandLineError) {
        var given: [String: PacketNode] = [:]
        for text in texts where !text.isEmpty {
            for word in text.split(separator: ",", omittingEmptySubsequences: false) {
                let node = try Self.node(String(word), of: members, option: option)
                guard given.updateValue(node, forKey: node.name) == nil else {
                    throw CommandLineError("\(option): \(node.name) is given twice")
                }
            }
        }
        let absent = members.filter { $0.occurs.lowerBound > 0 && given[$0.name] == nil }.map(\.name)
        guard absent.isEmpty else {
            throw CommandLineError("\(option): missing: \(absent.joined(separator: ", "))")
        }
        nodes = members.compactMap { given[$0.name] }
    }

    private static func node(
        _ word: String, of members: [PacketElement], option: String
    ) throws(CommandLineError) -> PacketNode {
        let sides = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let name = sides.first ?? ""
        guard let member = members.first(where: { PacketNode($0.name).isNamed(name) }) else {
            throw .unknown("\(option): there is no name", name, among: members.map(\.name))
        }
        if case .empty = member.content {
            guard sides.count == 1 else { throw CommandLineError("\(option): \(member.name) takes no value") }
            return PacketNode(member.name)
        }
        return PacketNode(member.name, text: sides.count == 1 ? "true" : sides[1])
    }
}
