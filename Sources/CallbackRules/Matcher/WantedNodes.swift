/// Which names of an event the rules of a partition ask for, or names below them: once the type of an event is read, the
/// rest of its text is passed over.
struct WantedNodes: Sendable {
    private let bits: Slab<UInt64>
    private let words: Int

    /// More memory than this is not spent: all names count as wanted then.
    private static let mostWords = 1 << 20

    /// Takes in which names are wanted by which partition.
    struct Builder {
        private let parents: [Int32]
        private let words: Int
        private var bits: [UInt64]

        init(parents: [Int32], partitions: Int) {
            self.parents = parents
            let words = (parents.count + 63) / 64
            let isSmall = partitions * words <= WantedNodes.mostWords
            self.words = isSmall ? words : 0
            bits = isSmall ? [UInt64](repeating: 0, count: partitions * words) : []
        }

        /// A name and all above it.
        mutating func add(_ node: Int32, partition: UInt32) {
            guard words > 0 else { return }
            var node = Int(node)
            while node >= 0 {
                bits[Int(partition) * words + node / 64] |= 1 << UInt64(node % 64)
                node = Int(parents[node])
            }
        }

        /// What the common partition asks for is wanted in each.
        func build(_ store: SlabStore) -> WantedNodes {
            var bits = bits
            for index in bits.indices where index >= words { bits[index] |= bits[index % words] }
            return WantedNodes(bits: store.keep(bits), words: words)
        }
    }

    /// The names of a partition, a bit for each; nil where all count as wanted.
    func of(_ partition: UInt32) -> UnsafePointer<UInt64>? {
        words > 0 ? bits.start + Int(partition) * words : nil
    }

    @inline(__always)
    static func contains(_ wanted: UnsafePointer<UInt64>, _ node: Int32) -> Bool {
        wanted[Int(node) &>> 6] & (1 &<< UInt64(truncatingIfNeeded: node & 63)) != 0
    }
}
