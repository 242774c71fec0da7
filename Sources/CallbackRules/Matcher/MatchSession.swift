package import CallbackCore

/// Matches events one after another on one thread: the memory that this takes is used again for each.
package final class MatchSession {
    private let tables: MatcherTables
    /// The same, where a pointer is wanted.
    private let shared: UnsafeMutablePointer<MatcherTables>
    /// Behind pointers, because what one event takes is changed thousands of times.
    private let state: UnsafeMutablePointer<State>
    private let leaves: UnsafeMutablePointer<EventLeaves>
    private let heads: UnsafeMutablePointer<MemberHeads>

    private struct State {
        var search: ElementSearch
        /// Rules that have matched, not sorted.
        var matched = Scratch<Int32>(capacity: 16)
        var rows: RowReader
        /// The event that is read piece by piece; nil where all of it was read.
        var row: UnsafePointer<EventView>?
    }

    /// The event in which a rule last matched, a program was last checked, and a run of programs last began: nothing is
    /// done twice.
    private var epoch: UInt32 = 0
    private let ruleEpochs: UnsafeMutablePointer<UInt32>
    private let programEpochs: UnsafeMutablePointer<UInt32>
    private let runEpochs: UnsafeMutablePointer<UInt32>
    private let epochCounts: (rules: Int, programs: Int, runs: Int)

    init(_ tables: MatcherTables) {
        self.tables = tables
        shared = .allocate(capacity: 1)
        shared.initialize(to: tables)
        leaves = .allocate(capacity: 1)
        leaves.initialize(to: EventLeaves(pathCount: tables.trie.pathCount))
        heads = .allocate(capacity: 1)
        heads.initialize(to: MemberHeads(capacity: 1_024))
        state = .allocate(capacity: 1)
        state.initialize(
            to: State(search: ElementSearch(pathCount: tables.trie.pathCount), rows: RowReader(tables.pathNames)))
        epochCounts = (
            tables.ruleCount, tables.programs.count, tables.gates.slotCount + tables.ranges.nodeCount
        )
        ruleEpochs = .allocate(capacity: max(epochCounts.rules, 1))
        programEpochs = .allocate(capacity: max(epochCounts.programs, 1))
        runEpochs = .allocate(capacity: max(epochCounts.runs, 1))
        forget()
    }

    deinit {
        shared.deinitialize(count: 1)
        shared.deallocate()
        leaves.pointee.free()
        leaves.deinitialize(count: 1)
        leaves.deallocate()
        heads.pointee.free()
        heads.deinitialize(count: 1)
        heads.deallocate()
        state.pointee.search.free()
        state.pointee.matched.free()
        state.pointee.rows.free()
        state.deinitialize(count: 1)
        state.deallocate()
        ruleEpochs.deallocate()
        programEpochs.deallocate()
        runEpochs.deallocate()
    }

    private func forget() {
        ruleEpochs.update(repeating: 0, count: epochCounts.rules)
        programEpochs.update(repeating: 0, count: epochCounts.programs)
        runEpochs.update(repeating: 0, count: epochCounts.runs)
        epoch = 0
    }

    /// Finds the rules that match a JSON text.
    /// - Parameters:
    ///   - text: the event; as many bytes as `EventText.padding` says must be readable behind it, the first of them no
    ///     part of a JSON text.
    /// - Returns: how many rules match; `rules` names them.
    /// - Throws: `JSONError` where the text is not JSON, or no object.
    package func match(_ text: UnsafeBufferPointer<UInt8>) throws(JSONError) -> Int {
        begin()
        guard let start = text.baseAddress else { throw JSONError(message: "the text is empty", offset: 0) }
        var scanner = JSONScanner(
            trie: tables.trie, tables: shared, leaves: leaves, heads: heads, text: start, count: text.count)
        guard scanner.scan() else { throw scanner.error ?? JSONError(message: "the text is no event", offset: 0) }
        if scanner.isAmbiguous {
            leaves.pointee.begin()
            scanner = JSONScanner(
                trie: tables.trie, tables: nil, leaves: leaves, heads: heads, text: start, count: text.count)
            _ = scanner.scan()
        }
        evaluate()
        return state.pointee.matched.count
    }

    /// Finds the rules that match an event in memory, which must not change meanwhile.
    /// - Returns: how many rules match; `rules` names them.
    package func match(_ event: UnsafePointer<EventView>) -> Int {
        begin()
        state.pointee.rows.begin()
        state.pointee.row = event
        evaluate()
        state.pointee.row = nil
        if state.pointee.rows.needsWhole {
            begin()
            EventReader(trie: tables.trie, leaves: leaves).read(event.pointee)
            evaluate()
        }
        return state.pointee.matched.count
    }

    package func match(_ event: EventView) -> Int { withUnsafePointer(to: event) { match($0) } }

    /// The numbers of the rules that matched last, from 0, in their order.
    package var rules: [Int] {
        UnsafeBufferPointer(start: state.pointee.matched.start, count: state.pointee.matched.count).map { Int($0) }
            .sorted()
    }

    private func begin() {
        leaves.pointee.begin()
        state.pointee.search.begin()
        state.pointee.matched.removeAll()
        epoch &+= 1
        if epoch == 0 {
            forget()
            epoch = 1
        }
    }

    // MARK: Evaluation

    private func evaluate() {
        run(0)
        let path = tables.partitioning.path
        guard path >= 0 else { return }
        var leaf = first(of: path)
        guard leaf >= 0 else { return }
        let partition = tables.partitioning.partition(of: value(leaf), tables.tests)
        if partition > 0 { run(partition) }
        leaf = value(leaf).pointee.next
        guard leaf >= 0 else { return }
        // More than one type at once: only lists and repeated members can do that.
        var seen: [UInt32] = [0, partition]
        while leaf >= 0 {
            let partition = tables.partitioning.partition(of: value(leaf), tables.tests)
            if !seen.contains(partition) {
                seen.append(partition)
                run(partition)
            }
            leaf = value(leaf).pointee.next
        }
    }

    /// The first leaf of a path; -1 where there is none.
    @inline(__always)
    private func first(of path: Int32) -> Int32 {
        let known = leaves.pointee.known(path)
        return known >= -1 || state.pointee.row == nil ? max(known, -1) : find(path)
    }

    private func find(_ path: Int32) -> Int32 {
        guard let row = state.pointee.row else { return -1 }
        state.pointee.rows.read(path, of: row, into: leaves)
        return leaves.pointee.settle(path)
    }

    @inline(__always)
    private func value(_ leaf: Int32) -> UnsafePointer<Leaf> { leaves.pointee.pointer(leaf) }

    /// Lets the values of the event lead to the rules of a partition.
    private func run(_ number: UInt32) {
        let partition = tables.partitions.start + Int(number)
        check(tables.always.start + Int(partition.pointee.firstAlways), Int(partition.pointee.alwaysCount))
        var plan = tables.plans.start + Int(partition.pointee.firstPlan)
        let end = plan + Int(partition.pointee.planCount)
        while plan < end {
            var leaf = first(of: plan.pointee.path)
            while leaf >= 0 {
                follow(plan, leaf, number)
                leaf = value(leaf).pointee.next
            }
            plan += 1
        }
    }

    /// A gate leads to clauses that may read more of a row, and leaves move when their memory grows: no pointer to one
    /// is kept beyond a gate.
    @inline(__always)
    private func follow(_ plan: UnsafePointer<PathPlan>, _ leaf: Int32, _ partition: UInt32) {
        let (kind, number) = (value(leaf).pointee.kind, value(leaf).pointee.number)
        let text = value(leaf).pointee.text
        let kinds = plan.pointee.kinds
        let salt = Gate.salt(path: plan.pointee.path, partition: partition)
        if kinds & PathPlan.exact != 0 { open(.exact, Gate.hash(of: value(leaf)), salt) }
        if kinds & PathPlan.any != 0 { open(.any, 0, salt) }
        switch kind {
        case .string: followText(plan, leaf, text, salt)
        case .number:
            guard kinds & PathPlan.range != 0 else { return }
            openRanges(number, salt)
        case .null, .no, .yes, .longNumber: break
        }
    }

    @inline(__always)
    private func open(_ kind: Gate.Kind, _ hash: UInt64, _ salt: UInt64) {
        let key = Gate.key(kind, hash, salt: salt)
        if tables.gates.mayHave(key) { open(key) }
    }

    @inline(never)
    private func open(_ key: UInt64) {
        let slot = tables.gates.find(key)
        guard slot >= 0 else { return }
        if !leaves.pointee.isFlat {
            if runEpochs[slot] == epoch { return }
            runEpochs[slot] = epoch
        }
        let run = tables.gates.run(at: slot)
        check(tables.gates.programs.start + Int(run.start), Int(run.count))
    }

    private func openRanges(_ number: Double, _ salt: UInt64) {
        let slot = tables.gates.find(Gate.key(.range, 0, salt: salt))
        guard slot >= 0 else { return }
        let run = tables.gates.run(at: slot)
        let tree = Int(tables.gates.programs.start[Int(run.start)])
        tables.ranges.visit(tree: tree, number) { node, start, end in
            if !leaves.pointee.isFlat {
                let stamp = runEpochs + tables.gates.slotCount + node
                if stamp.pointee == epoch { return }
                stamp.pointee = epoch
            }
            check(tables.ranges.programs.start + Int(start), Int(end - start))
        }
    }

    @inline(__always)
    private func followText(
        _ plan: UnsafePointer<PathPlan>, _ leaf: Int32, _ text: UnsafeBufferPointer<UInt8>, _ salt: UInt64
    ) {
        guard let bytes = text.baseAddress else { return }
        let length = text.count
        if plan.pointee.kinds & PathPlan.caseless != 0 { open(.caseless, Self.foldedHash(text), salt) }
        if tables.stems.mayBegin(bytes, length, plan.pointee.prefixStems) {
            followPrefixes(plan.pointee.prefixes, bytes, length, salt)
        }
        if tables.stems.mayEnd(bytes, length, plan.pointee.suffixStems) {
            followSuffixes(plan.pointee.suffixes, bytes, length, salt)
        }
        if plan.pointee.grams != 0 { followGrams(plan.pointee.grams, bytes, length, salt) }
        if plan.pointee.hasAddresses, let address = IPAddress(text) {
            UnsafeMutablePointer(mutating: value(leaf)).pointee.remember(address)
            followAddress(plan, address, salt)
        }
    }

    private func followPrefixes(_ lengths: UInt64, _ bytes: UnsafePointer<UInt8>, _ length: Int, _ salt: UInt64) {
        var lengths = lengths
        while lengths != 0 {
            let size = lengths.trailingZeroBitCount + 1
            if size > length { break }
            open(.prefix, ByteHash.hash(bytes, size), salt)
            lengths &= lengths &- 1
        }
    }

    private func followSuffixes(_ lengths: UInt64, _ bytes: UnsafePointer<UInt8>, _ length: Int, _ salt: UInt64) {
        var lengths = lengths
        while lengths != 0 {
            let size = lengths.trailingZeroBitCount + 1
            if size > length { break }
            open(.suffix, ByteHash.hash(bytes + (length - size), size), salt)
            lengths &= lengths &- 1
        }
    }

    private func followGrams(_ sizes: UInt8, _ bytes: UnsafePointer<UInt8>, _ length: Int, _ salt: UInt64) {
        var sizes = sizes
        while sizes != 0 {
            let size = PathPlan.gramSize(bit: sizes.trailingZeroBitCount)
            sizes &= sizes &- 1
            guard size <= length else { continue }
            for start in 0...(length - size) {
                open(.gram, ByteHash.hash(bytes + start, size), salt)
            }
        }
    }

    private func followAddress(
        _ plan: UnsafePointer<PathPlan>, _ address: IPAddress, _ salt: UInt64
    ) {
        func open(_ set: UInt64, _ offset: Int) {
            var set = set
            while set != 0 {
                let bits = set.trailingZeroBitCount + offset
                self.open(.address, ByteHash.hash(address.network(bits: bits), bits: bits), salt)
                set &= set &- 1
            }
        }
        if address.isVersion4 { return open(plan.pointee.networks4, 0) }
        open(plan.pointee.networks6Low, 0)
        open(plan.pointee.networks6High, 64)
        if plan.pointee.hasSingle6 { open(1, 128) }
    }

    private static func foldedHash(_ text: UnsafeBufferPointer<UInt8>) -> UInt64 {
        guard let bytes = text.baseAddress else { return 0 }
        return ByteHash.foldedHash(bytes, text.count) ?? ByteHash.hash(CaselessText.fold(text))
    }

    // MARK: Programs

    @inline(__always)
    private func check(_ programs: UnsafePointer<UInt32>, _ count: Int) {
        for index in 0..<count { check(programs[index]) }
    }

    @inline(__always)
    private func check(_ number: UInt32) {
        let program = tables.programs.start + Int(number)
        guard passes(program.pointee.sentry), passes(program.pointee.secondSentry) else { return }
        let rule = Int(program.pointee.rule)
        if leaves.pointee.isFlat {
            guard holds(program), ruleEpochs[rule] != epoch else { return }
        } else {
            guard ruleEpochs[rule] != epoch, programEpochs[Int(number)] != epoch else { return }
            programEpochs[Int(number)] = epoch
            guard holds(program) else { return }
            if leaves.pointee.hasTies { guard state.pointee.search.holds(program, leaves, shared) else { return } }
        }
        ruleEpochs[rule] = epoch
        state.pointee.matched.append(program.pointee.rule)
    }

    /// Whether a sentry lets the event pass.
    @inline(__always)
    private func passes(_ sentry: Sentry) -> Bool {
        guard sentry.path >= 0 else { return true }
        var leaf = first(of: sentry.path)
        var rest = Sentry.mostLeaves
        while leaf >= 0 {
            let value = value(leaf)
            if rest == 0 || sentry.accepts(value) { return true }
            rest -= 1
            leaf = value.pointee.next
        }
        return false
    }

    /// Whether each clause holds for itself: that is all there is to ask where nothing lies in the elements of a list.
    @inline(__always)
    private func holds(_ program: UnsafePointer<Program>) -> Bool {
        var clause = tables.clauses.start + Int(program.pointee.firstClause)
        let end = clause + Int(program.pointee.checkedClauses)
        while clause < end {
            let leaf = first(of: clause.pointee.path)
            if leaf < 0 {
                guard clause.pointee.acceptsAbsence else { return false }
            } else if !tables.tests.accepts(clause, value(leaf)) {
                guard holdsFurther(clause, leaf) else { return false }
            }
            clause += 1
        }
        return true
    }

    /// Whether a clause holds for a later leaf of its path, or may hold because of what is chosen for others.
    private func holdsFurther(_ clause: UnsafePointer<CompiledClause>, _ first: Int32) -> Bool {
        if clause.pointee.acceptsAbsence, leaves.pointee.hasTies { return true }
        if leaves.pointee.leaves.count >= ValueIndex.leastLeaves,
            let holds = state.pointee.search.holds(clause, leaves, shared)
        {
            return holds
        }
        var leaf = value(first).pointee.next
        while leaf >= 0 {
            let value = value(leaf)
            if tables.tests.accepts(clause, value) { return true }
            leaf = value.pointee.next
        }
        return false
    }
}
