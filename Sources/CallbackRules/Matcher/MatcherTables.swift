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
}
