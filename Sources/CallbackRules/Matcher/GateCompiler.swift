/// Chooses for each program the gate that leads to it, and lays out the tables.
struct GateCompiler {
    private let builder: MatcherBuilder
    private let partitioning: Partitioning
    private var shares: [UInt64: Int32] = [:]
    /// What numbers the ranges under a key speak of, to tell wide ones from narrow ones.
    private var spans: [UInt64: ClosedRange<Double>] = [:]
    /// For each test the gate that leads to it.
    private var gates: [Gate]

    private var entries: [(key: UInt64, program: UInt32)] = []
    private var rangeGroups: [UInt64: Int] = [:]
    private var rangeEntries: [[RangeTable.Entry]] = []
    /// By partition.
    private var plans: [[PathPlan]]
    private var always: [[UInt32]]
    private var stems = StemTable.Builder()

    init(_ builder: MatcherBuilder) {
        self.builder = builder
        partitioning = Partitioning(builder)
        gates = builder.gates
        plans = [[PathPlan]](repeating: [], count: partitioning.count)
        always = [[UInt32]](repeating: [], count: partitioning.count)
    }

    mutating func compile() -> MatcherTables {
        countShares()
        chooseOptions()
        var programs: [Program] = []
        var clauses: [CompiledClause] = []
        programs.reserveCapacity(builder.drafts.count)
        var wanted = WantedNodes.Builder(parents: builder.trie.parents, partitions: partitioning.count)
        if partitioning.path >= 0 { wanted.add(builder.trie.ends[Int(partitioning.path)], partition: 0) }
        for (number, draft) in builder.drafts.enumerated() {
            let partitions = partitioning.partitions(of: draft)
            let ordered = order(draft, partitions)
            for partition in partitions {
                open(ordered.gate, for: UInt32(number), in: partition)
                for clause in draft.clauses { wanted.add(builder.trie.ends[Int(clause.path)], partition: partition) }
            }
            programs.append(
                Program(
                    rule: draft.rule, firstClause: Int32(clauses.count), checkedClauses: Int32(ordered.checked),
                    clauseCount: Int32(ordered.clauses.count),
                    hasAbsence: draft.clauses.contains { $0.acceptsAbsence }))
            for clause in ordered.clauses {
                clauses.append(
                    CompiledClause(
                        path: clause.path, firstTest: clause.firstTest, testCount: clause.testCount,
                        acceptsAbsence: clause.acceptsAbsence))
            }
        }
        let stemWords = stems.build(&plans)
        for (key, group) in rangeGroups { entries.append((key, UInt32(group))) }
        let store = SlabStore()
        return MatcherTables(
            store: store,
            trie: builder.trie.build(store),
            partitioning: partitioning.table(store),
            partitions: store.keep(partitions),
            wanted: wanted.build(store),
            plans: store.keep(plans.joined()),
            always: store.keep(always.joined()),
            gates: GateTable(&entries, store),
            stems: StemTable(words: store.keep(stemWords)),
            ranges: RangeTable(rangeEntries, store),
            programs: store.keep(programs),
            clauses: store.keep(clauses),
            tests: builder.tests.build(store),
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

    /// How many programs could be found by each key.
    private mutating func countShares() {
        shares.reserveCapacity(builder.drafts.count * 2)
        for draft in builder.drafts {
            let decided = partitioning.decided(in: draft)
            for partition in partitioning.partitions(of: draft) {
                for clause in draft.clauses where clause.firstTest != decided {
                    for test in clause.firstTest..<clause.firstTest + clause.testCount {
                        for gate in builder.options[test] ?? [gates[Int(test)]] {
                            let key = key(of: gate, clause.path, partition)
                            shares[key, default: 0] += 1
                            if let range = builder.ranges[test] { widen(key, range) }
                        }
                    }
                }
            }
        }
    }

    private mutating func widen(_ key: UInt64, _ range: NumericRange) {
        for bound in [range.low, range.high] {
            guard let value = bound?.value else { continue }
            let span = spans[key] ?? value...value
            spans[key] = min(span.lowerBound, value)...max(span.upperBound, value)
        }
    }

    /// Of several gates takes the one that the fewest programs share.
    private mutating func chooseOptions() {
        guard !builder.options.isEmpty else { return }
        for draft in builder.drafts {
            let partitions = partitioning.partitions(of: draft)
            for clause in draft.clauses {
                for test in clause.firstTest..<clause.firstTest + clause.testCount {
                    guard let options = builder.options[test] else { continue }
                    let costed = options.map { gate in
                        (gate, partitions.reduce(0) { $0 + cost(of: gate, test, clause.path, $1) })
                    }
                    if let best = costed.min(by: { $0.1 < $1.1 }) { gates[Int(test)] = best.0 }
                }
            }
        }
    }

    private func key(of gate: Gate, _ path: Int32, _ partition: UInt32) -> UInt64 {
        Gate.key(gate.kind, gate.hash, path: path, partition: partition)
    }

    /// How many programs an event would have to check, roughly, if this clause led to its program.
    private func cost(_ clause: MatcherBuilder.DraftClause, _ partitions: [UInt32]) -> Int {
        guard !clause.acceptsAbsence else { return .max }
        var sum = 0
        for partition in partitions {
            for test in clause.firstTest..<clause.firstTest + clause.testCount {
                sum += cost(of: gates[Int(test)], test, clause.path, partition)
            }
        }
        return sum
    }

    private func cost(of gate: Gate, _ test: Int32, _ path: Int32, _ partition: UInt32) -> Int {
        let key = key(of: gate, path, partition)
        let share = Int(shares[key] ?? 1)
        return switch gate.kind {
        case .exact: share * 4
        case .address, .caseless: share * 4 + 1
        case .prefix, .suffix: share * 5 + 2
        case .gram: share * 6 + 4 * (9 - Int(gate.length))
        case .range: Int(Double(share) * 4 * part(of: key, builder.ranges[test])) + 8
        case .any, .none: share * 4 + 1_000_000
        }
    }

    /// What part of the numbers that its rules speak of a range takes, from 0 to 1.
    private func part(of key: UInt64, _ range: NumericRange?) -> Double {
        guard let range, let span = spans[key], span.lowerBound < span.upperBound else { return 1 }
        let low = range.low?.value ?? span.lowerBound
        let high = range.high?.value ?? span.upperBound
        let part = (high - low) / (span.upperBound - span.lowerBound)
        return part.isFinite ? min(max(part, 0), 1) : 1
    }

    /// The clauses in the order in which they are checked: the most telling first, the one that is the gate at their
    /// end, and last the one that chose the partition.
    private func order(_ draft: MatcherBuilder.Draft, _ partitions: [UInt32]) -> (
        clauses: [MatcherBuilder.DraftClause], checked: Int, gate: MatcherBuilder.DraftClause?
    ) {
        let first = partitioning.decided(in: draft)
        let decided = draft.clauses.filter { $0.firstTest == first }
        var open = draft.clauses.filter { $0.firstTest != first }.map { ($0, cost($0, partitions)) }
        open.sort { $0.1 < $1.1 }
        var gate: MatcherBuilder.DraftClause?
        if let first = open.first, first.1 < .max {
            gate = first.0
            open.append(open.removeFirst())
        }
        return (open.map(\.0) + decided, open.count, gate)
    }

    // MARK: Tables

    private mutating func open(_ clause: MatcherBuilder.DraftClause?, for program: UInt32, in partition: UInt32) {
        guard let clause else { return always[Int(partition)].append(program) }
        let plans = self.plans[Int(partition)]
        let place = plans.firstIndex { $0.path == clause.path } ?? plans.count
        if place == plans.count { self.plans[Int(partition)].append(PathPlan(path: clause.path)) }
        for test in clause.firstTest..<clause.firstTest + clause.testCount {
            let gate = gates[Int(test)]
            self.plans[Int(partition)][place].add(gate)
            stems.add(gate, partition, place)
            if let network = builder.networks[test] { self.plans[Int(partition)][place].add(network: network) }
            let key = key(of: gate, clause.path, partition)
            if let range = builder.ranges[test] {
                let group = rangeGroups[key] ?? rangeEntries.count
                if group == rangeEntries.count {
                    rangeGroups[key] = group
                    rangeEntries.append([])
                }
                rangeEntries[group].append(.init(program: program, range: range))
            } else {
                entries.append((key, program))
            }
        }
    }
}
