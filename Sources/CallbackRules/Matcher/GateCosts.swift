/// Says how many programs an event would have to check, roughly, if a clause led to its program; and chooses among the
/// gates of a test by that.
struct GateCosts {
    private let builder: MatcherBuilder
    private let partitioning: Partitioning
    private var shares: ShareCounter
    /// What numbers the ranges under a key speak of, to tell wide ones from narrow ones.
    private var spans: [UInt64: ClosedRange<Double>] = [:]
    /// For each test the gate that leads to it.
    private(set) var gates: [Gate]

    init(_ builder: MatcherBuilder, _ partitioning: Partitioning) {
        self.builder = builder
        self.partitioning = partitioning
        gates = builder.gates
        shares = ShareCounter(expecting: builder.gates.count)
        countShares()
        chooseOptions()
    }

    /// How many programs could be found by each key.
    private mutating func countShares() {
        for (number, draft) in builder.drafts.enumerated() {
            let decided = partitioning.decided(in: number)
            for partition in partitioning.partitions(of: number) {
                for clause in builder.clauses(of: draft) where clause.firstTest != decided {
                    for test in clause.firstTest..<clause.firstTest + clause.testCount {
                        if let options = builder.options(test) {
                            for gate in options { shares.add(gate.key(clause.path, partition)) }
                            continue
                        }
                        let key = gates[Int(test)].key(clause.path, partition)
                        shares.add(key)
                        if let range = builder.range(test) { widen(key, range) }
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
        guard builder.hasOptions else { return }
        for (number, draft) in builder.drafts.enumerated() {
            for clause in builder.clauses(of: draft) {
                for test in clause.firstTest..<clause.firstTest + clause.testCount {
                    guard let options = builder.options(test) else { continue }
                    let costed = options.map { gate in
                        let costs = partitioning.partitions(of: number).map { cost(of: gate, test, clause.path, $0) }
                        return (gate, costs.reduce(0, +))
                    }
                    if let best = costed.min(by: { $0.1 < $1.1 }) { gates[Int(test)] = best.0 }
                }
            }
        }
    }

    /// Frees what only costs are made of, once no more are asked for: of many rules it is megabytes.
    mutating func forgetShares() {
        shares = ShareCounter(expecting: 0)
        spans = [:]
    }

    /// `Int.max` for a clause to which no value can lead.
    func cost(_ clause: MatcherBuilder.DraftClause, _ partitions: ArraySlice<UInt32>) -> Int {
        // A clause without tests, as a rule has whose events are wrong, is true of nothing: no gate leads to it.
        guard !clause.acceptsAbsence, clause.testCount > 0 else { return .max }
        var sum = 0
        for partition in partitions {
            for test in clause.firstTest..<clause.firstTest + clause.testCount {
                sum += cost(of: gates[Int(test)], test, clause.path, partition)
            }
        }
        return sum
    }

    private func cost(of gate: Gate, _ test: Int32, _ path: Int32, _ partition: UInt32) -> Int {
        let key = gate.key(path, partition)
        let share = max(Int(shares[key]), 1)
        return switch gate.kind {
        case .exact: share * 4
        case .address, .caseless: share * 4 + 1
        case .prefix, .suffix: share * 5 + 2
        case .gram: share * 6 + 4 * (9 - Int(gate.length))
        case .range: Int(Double(share) * 4 * part(of: key, builder.range(test))) + 8
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
}
