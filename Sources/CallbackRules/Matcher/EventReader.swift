import CallbackCore

/// Makes leaves of an event in memory, as `JSONScanner` does of a text.
struct EventReader {
    let trie: PathTrie
    var leaves: EventLeaves

    mutating func read(_ event: EventView) {
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

    private mutating func value(_ value: JSONValue, _ node: PathTrie.Node, element: Int32) {
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

    private mutating func list(_ values: [JSONValue], _ node: PathTrie.Node, element: Int32) {
        let list = leaves.beginList()
        for value in values {
            switch value {
            case .object, .array:
                let inner = leaves.beginElement(of: list, in: element)
                self.value(value, node, element: inner)
                leaves.endElement(inner)
            default: self.value(value, node, element: element)
            }
        }
        leaves.endList(list)
    }

    private mutating func leaf(_ value: JSONValue, _ path: Int32, element: Int32) {
        switch value {
        case .null: append(path, .null, element)
        case .bool(let flag): append(path, flag ? .yes : .no, element)
        case .string(let text):
            let (bytes, length) = store(text)
            leaves.append(
                path, .string, bytes, length, number: 0, hash: ByteHash.hash(bytes, length), in: element)
        case .integer(let number): self.number(ExactNumber(number), path, element)
        case .double(let number): self.number(ExactNumber(number), path, element)
        case .array, .object: break
        }
    }

    private mutating func append(_ path: Int32, _ kind: Leaf.Kind, _ element: Int32) {
        leaves.append(path, kind, UnsafePointer(leaves.texts.room(0)), 0, number: 0, hash: 0, in: element)
    }

    private mutating func number(_ number: ExactNumber, _ path: Int32, _ element: Int32) {
        guard let value = number.comparable else {
            let (bytes, length) = store(number.text ?? "")
            let hash = ByteHash.hash(bytes, length)
            return leaves.append(path, .longNumber, bytes, length, number: 0, hash: hash, in: element)
        }
        let bytes = UnsafePointer(leaves.texts.room(0))
        leaves.append(path, .number, bytes, 0, number: value, hash: ByteHash.hash(value), in: element)
    }

    /// Writes a text where it stays until the next event.
    @inline(__always)
    private mutating func store(_ text: String) -> (UnsafePointer<UInt8>, Int) {
        var text = text
        return text.withUTF8 { bytes in
            let room = leaves.texts.room(bytes.count)
            if let start = bytes.baseAddress { room.update(from: start, count: bytes.count) }
            leaves.texts.keep(bytes.count)
            return (UnsafePointer(room), bytes.count)
        }
    }

    /// Follows a name.
    private mutating func step(_ name: String, from node: PathTrie.Node) -> Int32 {
        var name = name
        return name.withUTF8 { bytes in
            let room = leaves.texts.room(bytes.count)
            if let start = bytes.baseAddress { room.update(from: start, count: bytes.count) }
            let child = trie.child(of: node, room, bytes.count)
            return child >= 0 || !node.hasGrandchildren ? child : trie.descendant(of: node, room, bytes.count)
        }
    }
}
