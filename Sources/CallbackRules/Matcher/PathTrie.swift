import CScan

/// All names that rules ask for, as a tree: a text is read once, and what no rule needs is passed over.
struct PathTrie: Sendable {
    /// Where a name leads.
    struct Node: BitwiseCopyable {
        /// The path that ends here; -1 where none does.
        var path: Int32 = -1
        /// A table of this many slots, a power of two; 0 where nothing is below.
        var slots: UInt32 = 0
        var firstSlot: UInt32 = 0
        /// Whether a name with dots in it may lead further than one step.
        var hasGrandchildren = false
        /// A bit for each name below: most names of an event are none of them.
        var filter: UInt64 = 0
    }

    private struct Slot: BitwiseCopyable {
        /// The first 8 bytes of the name.
        var head: UInt64 = 0
        var length: UInt32 = 0
        /// -1 where the slot is empty.
        var node: Int32 = -1
        var name: UInt32 = 0
    }

    private let nodes: Slab<Node>
    private let slots: Slab<Slot>
    private let names: Slab<UInt8>
    let pathCount: Int

    @inline(__always)
    func node(_ number: Int32) -> Node { nodes.start[Int(number)] }

    /// The node below another one; -1 where no rule needs it.
    /// - Parameter name: 16 bytes must be readable behind it.
    @inline(__always)
    func child(of parent: Node, _ name: UnsafePointer<UInt8>, _ length: Int) -> Int32 {
        let head = ByteHash.head(name, length)
        let hash = Self.hash(head, length)
        guard parent.filter & (1 &<< (hash &>> 58)) != 0 else { return -1 }
        let mask = parent.slots &- 1
        var index = UInt32(truncatingIfNeeded: hash) & mask
        while true {
            let slot = slots.start + Int(parent.firstSlot &+ index)
            if slot.pointee.node < 0 { return -1 }
            if slot.pointee.head == head, slot.pointee.length == UInt32(truncatingIfNeeded: length),
                length <= 8 || isEqual(name, Int(slot.pointee.name), length)
            {
                return slot.pointee.node
            }
            index = (index &+ 1) & mask
        }
    }

    /// The node below another one by a name with dots in it, each dot being a step; -1 where no rule needs it.
    @inline(__always)
    func descendant(of parent: Node, _ name: UnsafePointer<UInt8>, _ length: Int) -> Int32 {
        cscan_has(UInt8(ascii: "."), name, length) ? steps(from: parent, name, length) : -1
    }

    private func steps(from parent: Node, _ name: UnsafePointer<UInt8>, _ length: Int) -> Int32 {
        var node = parent
        var start = 0
        for index in 0...length where index == length || name[index] == UInt8(ascii: ".") {
            guard index < length || start > 0 else { return -1 }
            let next = child(of: node, name + start, index - start)
            guard next >= 0, index < length else { return next }
            node = self.node(next)
            start = index + 1
        }
        return -1
    }

    private func isEqual(_ name: UnsafePointer<UInt8>, _ offset: Int, _ length: Int) -> Bool {
        for index in 8..<length where name[index] != names.start[offset + index] { return false }
        return true
    }

    @inline(__always)
    private static func hash(_ head: UInt64, _ length: Int) -> UInt64 {
        ByteHash.mix(head ^ UInt64(truncatingIfNeeded: length), 0x9E37_79B9_7F4A_7C15)
    }
}

extension PathTrie {
    /// Takes in the paths of rules, and numbers them in the order of their coming.
    struct Builder {
        private struct Draft {
            var path: Int32 = -1
            var children: [[UInt8]: Int] = [:]
            /// The first names again: to look through these is faster than to hash.
            var first: [(name: [UInt8], node: Int)] = []

            func child(_ name: UnsafeBufferPointer<UInt8>) -> Int? {
                for known in first where known.name.elementsEqual(name) { return known.node }
                return children.count > first.count ? children[Array(name)] : nil
            }

            mutating func add(_ name: [UInt8], _ node: Int) {
                children[name] = node
                if first.count < 8 { first.append((name, node)) }
            }
        }

        private var drafts = [Draft()]
        /// The node above each node; -1 above the first.
        private(set) var parents: [Int32] = [-1]
        /// The node in which each path ends.
        private(set) var ends: [Int32] = []
        /// The dotted name of each path, by its number.
        private(set) var names: [String] = []

        /// For each path whether another one is its beginning.
        var areBelowOthers: [Bool] {
            ends.map { end in
                var node = Int(parents[Int(end)])
                while node >= 0, drafts[node].path < 0 { node = Int(parents[node]) }
                return node >= 0
            }
        }

        mutating func path(_ path: EventPath) -> Int32 {
            var node = 0
            for segment in path.segments {
                var segment = segment
                if let child = segment.withUTF8({ drafts[node].child($0) }) {
                    node = child
                } else {
                    drafts[node].add(Array(segment.utf8), drafts.count)
                    parents.append(Int32(node))
                    node = drafts.count
                    drafts.append(Draft())
                }
            }
            if drafts[node].path < 0 {
                drafts[node].path = Int32(names.count)
                names.append(path.description)
                ends.append(Int32(node))
            }
            return drafts[node].path
        }

        func build(_ store: SlabStore) -> PathTrie {
            var nodes: [Node] = []
            var slots: [Slot] = []
            var bytes: [UInt8] = []
            for draft in drafts {
                var node = Node(path: draft.path)
                if !draft.children.isEmpty {
                    var size = 2
                    while size < draft.children.count * 2 { size *= 2 }
                    node.slots = UInt32(size)
                    node.firstSlot = UInt32(slots.count)
                    node.hasGrandchildren = draft.children.values.contains { !drafts[$0].children.isEmpty }
                    slots += [Slot](repeating: Slot(), count: size)
                    for (name, child) in draft.children {
                        let head = (name + [UInt8](repeating: 0, count: 8)).withUnsafeBufferPointer { buffer in
                            buffer.baseAddress.map { ByteHash.head($0, name.count) } ?? 0
                        }
                        let hash = PathTrie.hash(head, name.count)
                        node.filter |= 1 << (hash >> 58)
                        var index = Int(UInt32(truncatingIfNeeded: hash) & UInt32(size - 1))
                        while slots[Int(node.firstSlot) + index].node >= 0 { index = (index + 1) & (size - 1) }
                        slots[Int(node.firstSlot) + index] = Slot(
                            head: head, length: UInt32(name.count), node: Int32(child), name: UInt32(bytes.count))
                        bytes += name
                    }
                }
                nodes.append(node)
            }
            return PathTrie(
                nodes: store.keep(nodes), slots: store.keep(slots), names: store.keep(bytes), pathCount: names.count)
        }
    }
}
