/// Which rules a number leads to: for each path and partition a tree over the ends of their ranges.
///
/// The ends cut the line of numbers into pieces: each end alone, and what lies between two. A range covers some pieces,
/// and stands at the few nodes of the tree that cover just these. A number lies in one piece, and the nodes above that
/// piece have all ranges that it lies in.
///
/// Each node has four below it: with two, a number passes twice as many nodes, most of them elsewhere in memory.
struct RangeTable: Sendable {
    struct Tree: BitwiseCopyable {
        var firstEnd: UInt32 = 0
        var endCount: UInt32 = 0
        /// The leaves of the tree, a power of two. Leaf i is node width + i, and above node n is node n / 4.
        var width: UInt32 = 0
        var firstNode: UInt32 = 0
    }

    private let trees: Slab<Tree>
    private let ends: Slab<Double>
    /// Where each node's programs begin; they end where the next node's begin.
    private let nodes: Slab<UInt32>
    let programs: Slab<UInt32>
    var nodeCount: Int { nodes.count }

    struct Entry {
        let program: UInt32
        let range: NumericRange
    }

    /// - Parameter groups: the ranges of each tree.
    init(_ groups: [[Entry]], _ store: SlabStore) {
        var trees: [Tree] = []
        var ends: [Double] = []
        var nodes: [UInt32] = []
        var programs: [UInt32] = []
        for group in groups {
            let own = Set(group.flatMap { [$0.range.low?.value, $0.range.high?.value].compactMap { $0 } }).sorted()
            let pieces = own.count * 2 + 1
            var width = 1
            while width < pieces { width *= 2 }
            var places: [(node: Int, program: UInt32)] = []
            for entry in group {
                let (first, last) = Self.pieces(entry.range, own)
                guard first <= last else { continue }
                Self.cover(first + width, last + 1 + width) { places.append(($0, entry.program)) }
            }
            trees.append(
                Tree(
                    firstEnd: UInt32(ends.count), endCount: UInt32(own.count), width: UInt32(width),
                    firstNode: UInt32(nodes.count)))
            ends += own
            Self.layOut(places, nodeCount: width * 2, &nodes, &programs)
        }
        self.trees = store.keep(trees)
        self.ends = store.keep(ends)
        self.nodes = store.keep(nodes)
        self.programs = store.keep(programs)
    }

    /// The nodes that cover some leaves together, and nothing else.
    private static func cover(_ first: Int, _ end: Int, _ body: (Int) -> Void) {
        var low = first
        var high = end
        while low < high {
            while low & 3 != 0, low < high {
                body(low)
                low += 1
            }
            while high & 3 != 0, low < high {
                high -= 1
                body(high)
            }
            low >>= 2
            high >>= 2
        }
    }

    /// Adds the programs of each node, and where they begin.
    private static func layOut(
        _ places: [(node: Int, program: UInt32)], nodeCount: Int, _ nodes: inout [UInt32], _ programs: inout [UInt32]
    ) {
        var starts = [Int](repeating: 0, count: nodeCount + 1)
        for place in places { starts[place.node + 1] += 1 }
        starts[0] = programs.count
        for node in 0..<nodeCount { starts[node + 1] += starts[node] }
        nodes += starts.map { UInt32($0) }
        programs += [UInt32](repeating: 0, count: places.count)
        for place in places {
            programs[starts[place.node]] = place.program
            starts[place.node] += 1
        }
    }

    /// The pieces that a range covers: piece 2i + 1 is the end i itself, piece 2i what lies below it.
    private static func pieces(_ range: NumericRange, _ ends: [Double]) -> (first: Int, last: Int) {
        var first = 0
        var last = ends.count * 2
        if let low = range.low { first = index(of: low.value, in: ends) * 2 + (low.isIncluded ? 1 : 2) }
        if let high = range.high { last = index(of: high.value, in: ends) * 2 + (high.isIncluded ? 1 : 0) }
        return (first, last)
    }

    private static func index(of value: Double, in ends: [Double]) -> Int {
        var low = 0
        var high = ends.count
        while low < high {
            let middle = (low + high) / 2
            if ends[middle] < value { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Calls for each node that has rules whose ranges hold the number.
    @inline(__always)
    func visit(tree number: Int, _ value: Double, _ body: (_ node: Int, _ start: UInt32, _ end: UInt32) -> Void) {
        let tree = trees.start[number]
        var low = 0
        var rest = Int(tree.endCount)
        let own = ends.start + Int(tree.firstEnd)
        // Without a jump that the processor would guess wrong half of the time.
        while rest > 0 {
            let half = (rest &+ 1) &>> 1
            low = own[low &+ half &- 1] < value ? low &+ half : low
            rest &-= half
        }
        let isEnd = low < Int(tree.endCount) && own[low] == value
        var node = Int(tree.width) &+ low &* 2 &+ (isEnd ? 1 : 0)
        while node > 0 {
            let place = Int(tree.firstNode) &+ node
            let start = nodes.start[place]
            let end = nodes.start[place &+ 1]
            if start < end { body(place, start, end) }
            node &>>= 2
        }
    }
}
