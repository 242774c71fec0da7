/// Divides the rules by the field that most of them ask for by exact texts, which is the event's type as a rule.
///
/// Rules of another type are then never looked at. Partition 0 has the rules that do not ask for that field.
struct Partitioning {
    /// -1 where there is nothing to divide by.
    let path: Int32
    /// How many there are, the common one included.
    let count: Int
    /// The partitions that each test of the path leads to.
    private let byHash: [UInt64: UInt32]
    /// A test for the text of each.
    private let tests: [UInt64: Int32]
    /// The partitions of each draft, one after another, and where those of each begin.
    private var memberships: [UInt32] = []
    private var starts: [UInt32] = [0]
    private var decidedTests: [Int32] = []

    init(_ builder: MatcherBuilder) {
        var uses = [Int](repeating: 0, count: builder.trie.names.count)
        for draft in builder.drafts {
            for clause in builder.clauses(of: draft) where clause.isExactTexts { uses[Int(clause.path)] += 1 }
        }
        var byHash: [UInt64: UInt32] = [:]
        var tests: [UInt64: Int32] = [:]
        var chosen: Int32 = -1
        // Dividing into one part divides nothing.
        for path in uses.indices.sorted(by: { uses[$0] > uses[$1] }).prefix(4) where uses[path] > 1 {
            byHash = [:]
            for draft in builder.drafts {
                guard let clause = Self.dividing(builder, draft, Int32(path)) else { continue }
                for test in clause.firstTest..<clause.firstTest + clause.testCount {
                    let hash = builder.gates[Int(test)].hash
                    guard byHash[hash] == nil else { continue }
                    byHash[hash] = UInt32(byHash.count + 1)
                    tests[hash] = test
                }
            }
            guard byHash.count > 1 else { continue }
            chosen = Int32(path)
            break
        }
        path = chosen
        self.byHash = chosen < 0 ? [:] : byHash
        count = self.byHash.count + 1
        self.tests = tests
        divide(builder)
    }

    private mutating func divide(_ builder: MatcherBuilder) {
        for draft in builder.drafts {
            let first = memberships.count
            let clause = path >= 0 ? Self.dividing(builder, draft, path) : nil
            if let clause {
                for test in clause.firstTest..<clause.firstTest + clause.testCount {
                    guard let partition = byHash[builder.gates[Int(test)].hash],
                        !memberships[first...].contains(partition)
                    else { continue }
                    memberships.append(partition)
                }
            }
            if memberships.count == first { memberships.append(0) }
            starts.append(UInt32(memberships.count))
            decidedTests.append(clause?.firstTest ?? -1)
        }
    }

    private static func dividing(
        _ builder: MatcherBuilder, _ draft: MatcherBuilder.Draft, _ path: Int32
    ) -> MatcherBuilder.DraftClause? {
        builder.clauses(of: draft).first { $0.path == path && $0.isExactTexts }
    }

    /// Where a program belongs: at least one partition.
    func partitions(of draft: Int) -> ArraySlice<UInt32> { memberships[Int(starts[draft])..<Int(starts[draft + 1])] }

    /// The first test of the clause that holds already where its program is found in its partitions; -1 where none does.
    func decided(in draft: Int) -> Int32 { decidedTests[draft] }

    /// - Parameter order: takes in the tests that the table needs; what stands in it already are those of programs.
    func table(_ store: SlabStore, _ order: inout [Int32]) -> PartitionTable {
        var places: [UInt64: Int32] = [:]
        for (hash, test) in tests where byHash[hash] != nil {
            places[hash] = Int32(order.count)
            order.append(test)
        }
        return PartitionTable(byHash, places, path: path, store)
    }
}

/// Finds the partition of an event.
struct PartitionTable: Sendable {
    private struct Entry: BitwiseCopyable {
        var hash: UInt64 = 0
        /// A test for the text, because equal hashes are not yet equal texts.
        var test: Int32 = 0
        /// 0 where the entry is empty.
        var partition: UInt32 = 0
    }

    /// -1 where there is only the common partition.
    let path: Int32
    private let entries: Slab<Entry>
    private let mask: UInt64

    init(_ partitions: [UInt64: UInt32], _ tests: [UInt64: Int32], path: Int32, _ store: SlabStore) {
        self.path = path
        var size = 2
        while size < partitions.count * 2 { size *= 2 }
        var entries = [Entry](repeating: Entry(), count: size)
        for (hash, partition) in partitions {
            var index = Int(hash & UInt64(size - 1))
            while entries[index].partition > 0 { index = (index + 1) & (size - 1) }
            entries[index] = Entry(hash: hash, test: tests[hash] ?? 0, partition: partition)
        }
        self.entries = store.keep(entries)
        mask = UInt64(size - 1)
    }

    /// The partition of a value; 0 where no rule asks for it.
    @inline(__always)
    func partition(of leaf: UnsafePointer<Leaf>, _ tests: TestTable) -> UInt32 {
        guard leaf.pointee.kind == .string else { return 0 }
        let hash = ByteHash.hash(leaf.pointee.bytes, Int(leaf.pointee.length))
        return partition(of: hash) { tests.accepts($0, leaf) }
    }

    /// The same of a text of an event in memory.
    @inline(__always)
    func partition(of text: RowValue.Text, _ tests: TestTable) -> UInt32 {
        partition(of: text.hash) { tests.isText($0, text) }
    }

    @inline(__always)
    private func partition(of hash: UInt64, _ isMeant: (Int32) -> Bool) -> UInt32 {
        var index = Int(truncatingIfNeeded: hash & mask)
        while true {
            let entry = entries.start + index
            if entry.pointee.partition == 0 { return 0 }
            if entry.pointee.hash == hash { return isMeant(entry.pointee.test) ? entry.pointee.partition : 0 }
            index = (index &+ 1) & Int(truncatingIfNeeded: mask)
        }
    }
}
