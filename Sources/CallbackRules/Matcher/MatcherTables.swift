/// Everything that is fixed once rules are compiled.
struct MatcherTables: Sendable {
    /// Owns the memory of all others.
    let store: SlabStore
    let trie: PathTrie
    let partitioning: PartitionTable
    let partitions: Slab<Partition>
    let wanted: WantedNodes
    /// By partition.
    let plans: Slab<PathPlan>
    /// By partition: programs to which no value leads.
    let always: Slab<UInt32>
    let gates: GateTable
    let stems: StemTable
    let ranges: RangeTable
    let programs: Slab<Program>
    let clauses: Slab<CompiledClause>
    let tests: TestTable
    /// The rank of each path among their names.
    let pathOrder: Slab<Int32>
    let ruleCount: Int
    /// The dotted name of each path.
    let pathNames: [String]

    /// Whether one of a clause's tests accepts a leaf.
    @inline(__always)
    func accepts(_ clause: UnsafePointer<CompiledClause>, _ leaf: UnsafePointer<Leaf>) -> Bool {
        var test = clause.pointee.firstTest
        let end = test &+ clause.pointee.testCount
        while test < end {
            if tests.accepts(test, leaf) { return true }
            test &+= 1
        }
        return false
    }
}
