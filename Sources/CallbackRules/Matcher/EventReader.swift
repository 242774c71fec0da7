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
            if node.path >= 0 { leaf(value, node.path, element: element) }
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

    private func leaf(_ value: JSONValue, _ path: Int32, element: Int32) {
        switch value {
        case .null: append(path, .null, element)
        case .bool(let flag): append(path, flag ? .yes : .no, element)
        case .string(let text):
            let (bytes, length) = store(text)
            leaves.pointee.append(
                path, .string, bytes, length, number: 0, hash: ByteHash.hash(bytes, length), in: element)
        case .integer(let number): self.number(ExactNumber(number), path, element)
        case .double(let number): self.number(ExactNumber(number), path, element)
        case .array, .object: break
        }
    }

    private func append(_ path: Int32, _ kind: Leaf.Kind, _ element: Int32) {
        leaves.pointee.append(
            path, kind, UnsafePointer(leaves.pointee.texts.room(0)), 0, number: 0, hash: 0, in: element)
    }

    private func number(_ number: ExactNumber, _ path: Int32, _ element: Int32) {
        guard let value = number.comparable else {
            let (bytes, length) = store(number.text ?? "")
            let hash = ByteHash.hash(bytes, length)
            return leaves.pointee.append(path, .longNumber, bytes, length, number: 0, hash: hash, in: element)
        }
        let bytes = UnsafePointer(leaves.pointee.texts.room(0))
        leaves.pointee.append(path, .number, bytes, 0, number: value, hash: ByteHash.hash(value), in: element)
    }

    /// Writes a text where it stays until the next event.
    @inline(__always)
    private func store(_ text: String) -> (UnsafePointer<UInt8>, Int) {
        var text = text
        return text.withUTF8 { bytes in
            let room = leaves.pointee.texts.room(bytes.count)
            if let start = bytes.baseAddress { room.update(from: start, count: bytes.count) }
            leaves.pointee.texts.keep(bytes.count)
            return (UnsafePointer(room), bytes.count)
        }
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
