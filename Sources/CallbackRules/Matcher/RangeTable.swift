/// Which rules a number leads to: for each path and partition a tree over the ends of their ranges.
///
/// The ends cut the line of numbers into pieces: each end alone, and what lies between two. A range covers some pieces,
/// and stands at the few nodes of the tree that cover just these. A number lies in one piece, and the nodes above that
/// piece have all ranges that it lies in.
struct RangeTable: Sendable {
    struct Tree: BitwiseCopyable {
        var firstEnd: UInt32 = 0
        var endCount: UInt32 = 0
        /// The leaves of the tree, a power of two.
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
            var lists = [[UInt32]](repeating: [], count: width * 2)
            for entry in group {
                let (first, last) = Self.pieces(entry.range, own)
                guard first <= last else { continue }
                var low = first + width
                var high = last + 1 + width
                while low < high {
                    if low & 1 == 1 {
                        lists[low].append(entry.program)
                        low += 1
                    }
                    if high & 1 == 1 {
                        high -= 1
                        lists[high].append(entry.program)
                    }
                    low >>= 1
                    high >>= 1
                }
            }
            trees.append(
                Tree(
                    firstEnd: UInt32(ends.count), endCount: UInt32(own.count), width: UInt32(width),
                    firstNode: UInt32(nodes.count)))
            ends += own
            for list in lists {
                nodes.append(UInt32(programs.count))
                programs += list
            }
            nodes.append(UInt32(programs.count))
        }
        self.trees = store.keep(trees)
        self.ends = store.keep(ends)
        self.nodes = store.keep(nodes)
        self.programs = store.keep(programs)
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
        var high = Int(tree.endCount)
        let own = ends.start + Int(tree.firstEnd)
        while low < high {
            let middle = (low &+ high) &>> 1
            if own[middle] < value { low = middle &+ 1 } else { high = middle }
        }
        let isEnd = low < Int(tree.endCount) && own[low] == value
        var node = Int(tree.width) &+ low &* 2 &+ (isEnd ? 1 : 0)
        while node > 0 {
            let place = Int(tree.firstNode) &+ node
            let start = nodes.start[place]
            let end = nodes.start[place &+ 1]
            if start < end { body(place, start, end) }
            node &>>= 1
        }
    }
}
