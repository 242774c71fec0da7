package import CallbackCore

/// Matches events one after another on one thread: the memory that this takes is used again for each.
package final class MatchSession {
    let tables: MatcherTables
    /// The same, where a pointer is wanted.
    let shared: UnsafeMutablePointer<MatcherTables>
    /// Behind pointers, because what one event takes is changed thousands of times.
    let state: UnsafeMutablePointer<State>
    let leaves: UnsafeMutablePointer<EventLeaves>
    private let heads: UnsafeMutablePointer<MemberHeads>

    struct State {
        var search: ElementSearch
        /// Rules that have matched, not sorted.
        var matched = Scratch<Int32>(capacity: 16)
        var rows: RowReader
        /// The event that is read piece by piece; nil where all of it was read.
        var row: UnsafePointer<EventView>?
    }

    /// The event in which a rule last matched, a program was last checked, and a run of programs last began: nothing is
    /// done twice.
    private(set) var epoch: UInt32 = 0
    let ruleEpochs: UnsafeMutablePointer<UInt32>
    let programEpochs: UnsafeMutablePointer<UInt32>
    let runEpochs: UnsafeMutablePointer<UInt32>
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
            to: State(
                search: ElementSearch(pathCount: tables.trie.pathCount),
                rows: RowReader(tables.pathNames, partitionCount: tables.partitions.count)))
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
        evaluateRow(event)
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
}
