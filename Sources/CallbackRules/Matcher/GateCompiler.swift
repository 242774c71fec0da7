/// Chooses for each program the gate that leads to it, and lays out the tables.
struct GateCompiler {
    private let builder: MatcherBuilder
    private let partitioning: Partitioning
    private var costs: GateCosts

    /// The clauses of each draft in the order in which they are checked.
    private var ordered: [MatcherBuilder.DraftClause] = []
    private var choices: [Choice] = []

    private var entries: [(key: UInt64, program: UInt32)] = []
    private var rangeGroups: [UInt64: Int] = [:]
    private var rangeEntries: [[RangeTable.Entry]] = []
    /// By partition.
    private var plans: [[PathPlan]]
    private var always: [[UInt32]]
    private var stems = StemTable.Builder()

    private struct Choice {
        var draft: Int32
        /// Its part of `ordered`.
        var first: Int32
        /// How many are not yet decided by the partition.
        var checked: Int32
        /// Whether the last one of these is the gate.
        var hasGate: Bool
        /// What leads to it, and the low end where that is a range.
        var key: UInt64
        var low: Double
    }

    init(_ builder: MatcherBuilder) {
        self.builder = builder
        partitioning = Partitioning(builder)
        costs = GateCosts(builder, partitioning)
        plans = [[PathPlan]](repeating: [], count: partitioning.count)
        always = [[UInt32]](repeating: [], count: partitioning.count)
    }

    mutating func compile() -> MatcherTables {
        choices.reserveCapacity(builder.drafts.count)
        ordered.reserveCapacity(builder.clauseCount)
        for draft in builder.drafts.indices { choose(draft) }
        costs.forgetShares()
        // What one value leads to stands side by side: checking it is a walk through memory and no search.
        choices.sort { $0.key == $1.key ? $0.low < $1.low : $0.key < $1.key }
        var programs: [Program] = []
        var clauses: [CompiledClause] = []
        /// The tests in the order in which programs have them.
        var tests: [Int32] = []
        tests.reserveCapacity(costs.gates.count + partitioning.count)
        programs.reserveCapacity(choices.count)
        clauses.reserveCapacity(ordered.count)
        let isBelow = builder.trie.areBelowOthers
        var wanted = WantedNodes.Builder(parents: builder.trie.parents, partitions: partitioning.count)
        if partitioning.path >= 0 { wanted.add(builder.trie.ends[Int(partitioning.path)], partition: 0) }
        for choice in choices {
            let draft = builder.drafts[Int(choice.draft)]
            let first = Int(choice.first)
            let checked = first + Int(choice.checked)
            let sentries = placeSentries(first..<(choice.hasGate ? checked - 1 : checked))
            let gate = choice.hasGate ? ordered[checked - 1] : nil
            let own = ordered[first..<first + Int(draft.clauseCount)]
            for partition in partitioning.partitions(of: Int(choice.draft)) {
                open(gate, for: UInt32(programs.count), in: partition)
                for clause in own { wanted.add(builder.trie.ends[Int(clause.path)], partition: partition) }
            }
            let hasAbsence = own.contains { $0.acceptsAbsence }
            programs.append(
                Program(
                    sentry: sentries.first, secondSentry: sentries.second, rule: draft.rule,
                    firstClause: Int32(clauses.count), checkedClauses: choice.checked, clauseCount: draft.clauseCount,
                    hasAbsence: hasAbsence, isOrdered: hasAbsence || own.contains { isBelow[Int($0.path)] }))
            for clause in own {
                clauses.append(
                    CompiledClause(
                        path: clause.path, firstTest: Int32(tests.count), testCount: clause.testCount,
                        acceptsAbsence: clause.acceptsAbsence))
                tests += clause.firstTest..<clause.firstTest + clause.testCount
            }
        }
        ordered = []
        choices = []
        let stemWords = stems.build(&plans)
        let store = SlabStore()
        return MatcherTables(
            store: store,
            trie: builder.trie.build(store),
            partitioning: partitioning.table(store, &tests),
            partitions: store.keep(partitions),
            wanted: wanted.build(store),
            plans: store.keep(plans.joined()),
            always: store.keep(always.joined()),
            gates: GateTable(&entries, store),
            stems: StemTable(words: store.keep(stemWords)),
            ranges: RangeTable(rangeEntries, store),
            programs: store.keep(programs),
            clauses: store.keep(clauses),
            tests: builder.tests.build(store, order: tests),
            pathOrder: store.keep(Self.order(of: builder.trie.names)),
            ruleCount: builder.ruleCount,
            pathNames: builder.trie.names)
    }

    private var partitions: [Partition] {
        var partitions: [Partition] = []
        var firstPlan: UInt32 = 0
        var firstAlways: UInt32 = 0
        for (plans, always) in zip(plans, always) {
            partitions.append(
                Partition(
                    firstPlan: firstPlan, planCount: UInt32(plans.count), firstAlways: firstAlways,
                    alwaysCount: UInt32(always.count)))
            firstPlan += UInt32(plans.count)
            firstAlways += UInt32(always.count)
        }
        return partitions
    }

    /// The rank of each path among all names, as the order in which fields of one list element are chosen.
    private static func order(of names: [String]) -> [Int32] {
        let sorted = names.indices.sorted { names[$0].utf16.lexicographicallyPrecedes(names[$1].utf16) }
        var ranks = [Int32](repeating: 0, count: names.count)
        for (rank, path) in sorted.enumerated() { ranks[path] = Int32(rank) }
        return ranks
    }

    // MARK: Choice

    /// Puts a draft's clauses into the order in which they are checked: the most telling first, the one that is the gate
    /// at their end, and last the one that chose the partition.
    private mutating func choose(_ number: Int) {
        let draft = builder.drafts[number]
        let partitions = partitioning.partitions(of: number)
        let decided = partitioning.decided(in: number)
        let first = ordered.count
        var last: MatcherBuilder.DraftClause?
        var sums: [Int] = []
        sums.reserveCapacity(Int(draft.clauseCount))
        for clause in builder.clauses(of: draft) {
            if clause.firstTest == decided {
                last = clause
                continue
            }
            let cost = costs.cost(clause, partitions)
            var place = sums.count
            while place > 0, sums[place - 1] > cost { place -= 1 }
            sums.insert(cost, at: place)
            ordered.insert(clause, at: first + place)
        }
        var choice = Choice(
            draft: Int32(number), first: Int32(first), checked: Int32(sums.count), hasGate: false, key: 0, low: 0)
        if let least = sums.first, least < .max {
            let gate = ordered.remove(at: first)
            ordered.append(gate)
            choice.hasGate = true
            choice.key = costs.gates[Int(gate.firstTest)].key(gate.path, partitions.first ?? 0)
            choice.low = builder.range(gate.firstTest)?.low?.value ?? 0
        }
        if let last { ordered.append(last) }
        choices.append(choice)
    }

    /// Takes the first clauses that are simple enough to be asked beside the program, and puts them behind the others: an
    /// event that such a sentry lets pass meets the clause as well, nearly always.
    /// - Parameter clauses: a part of `ordered`.
    private mutating func placeSentries(_ clauses: Range<Int>) -> (first: Sentry, second: Sentry) {
        var first: Sentry?
        var place = clauses.lowerBound
        var end = clauses.upperBound
        while place < end {
            guard let sentry = sentry(ordered[place]) else {
                place += 1
                continue
            }
            for other in place..<clauses.upperBound - 1 { ordered.swapAt(other, other + 1) }
            end -= 1
            if let first { return (first, sentry) }
            first = sentry
        }
        return (first ?? .none, .none)
    }

    private func sentry(_ clause: MatcherBuilder.DraftClause) -> Sentry? {
        guard (1...2).contains(clause.testCount), !clause.acceptsAbsence else { return nil }
        let first = costs.gates[Int(clause.firstTest)]
        let second = costs.gates[Int(clause.firstTest + clause.testCount - 1)]
        if first.kind == .exact, second.kind == .exact { return .exact(clause.path, first.hash, second.hash) }
        guard clause.testCount == 1, let range = builder.range(clause.firstTest) else { return nil }
        return .range(clause.path, range)
    }

    // MARK: Tables

    private mutating func open(_ clause: MatcherBuilder.DraftClause?, for program: UInt32, in partition: UInt32) {
        guard let clause else { return always[Int(partition)].append(program) }
        let partition = Int(partition)
        let place = plans[partition].firstIndex { $0.path == clause.path } ?? plans[partition].count
        if place == plans[partition].count {
            plans[partition].append(PathPlan(path: clause.path, partition: UInt32(partition)))
        }
        for test in clause.firstTest..<clause.firstTest + clause.testCount {
            let gate = costs.gates[Int(test)]
            plans[partition][place].add(gate)
            stems.add(gate, UInt32(partition), place)
            if let network = builder.network(test) { plans[partition][place].add(network: network) }
            let key = gate.key(clause.path, UInt32(partition))
            if let range = builder.range(test) {
                let group = rangeGroups[key] ?? rangeEntries.count
                if group == rangeEntries.count {
                    rangeGroups[key] = group
                    rangeEntries.append([])
                }
                plans[partition][place].tree = Int32(group)
                rangeEntries[group].append(.init(program: program, range: range))
            } else {
                entries.append((key, program))
            }
        }
    }
}
