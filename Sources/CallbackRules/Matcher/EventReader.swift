import CallbackCore

/// Makes leaves of an event in memory, as `JSONScanner` does of a text.
struct EventReader {
    let trie: PathTrie
    let leaves: UnsafeMutablePointer<EventLeaves>

    func read(_ event: EventView) {
        let root = trie.node(0)
        guard root.slots > 0 else { return }
        for attribute in EventAttribute.allCases {
            let child = step(attribute.rawValue, from: root)
            guard child >= 0, trie.node(child).path >= 0, let value = event.value(of: attribute) else { continue }
            self.value(value, trie.node(child), element: -1)
        }
        let data = step("data", from: root)
        if data >= 0 { value(event.data, trie.node(data), element: -1) }
    }

    private func value(_ value: JSONValue, _ node: PathTrie.Node, element: Int32) {
        switch value {
        case .object(let object):
            guard node.slots > 0 else { return }
            for member in object.members {
                let child = step(member.key, from: node)
                if child >= 0 { self.value(member.value, trie.node(child), element: element) }
            }
        case .array(let elements): list(elements, node, element: element)
        default:
            if node.path >= 0 { leaves.pointee.append(value, node.path, in: element) }
        }
    }

    private func list(_ values: [JSONValue], _ node: PathTrie.Node, element: Int32) {
        let list = leaves.pointee.beginList()
        for value in values {
            switch value {
            case .object, .array:
                let inner = leaves.pointee.beginElement(of: list, in: element)
                self.value(value, node, element: inner)
                leaves.pointee.endElement(inner)
            default: self.value(value, node, element: element)
            }
        }
        leaves.pointee.endList(list)
    }

    /// Follows a name.
    private func step(_ name: String, from node: PathTrie.Node) -> Int32 {
        var name = name
        return name.withUTF8 { bytes in
            let room = leaves.pointee.texts.room(bytes.count)
            if let start = bytes.baseAddress { room.update(from: start, count: bytes.count) }
            let child = trie.child(of: node, room, bytes.count)
            return child >= 0 || !node.hasGrandchildren ? child : trie.descendant(of: node, room, bytes.count)
        }
    }
}
