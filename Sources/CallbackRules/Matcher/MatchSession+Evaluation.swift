import CallbackCore

extension MatchSession {
    /// Finds the rules that match the leaves of the event.
    func evaluate() {
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
    func first(of path: Int32) -> Int32 {
        let known = leaves.pointee.known(path)
        return known >= -1 || state.pointee.row == nil ? max(known, -1) : find(path)
    }

    func find(_ path: Int32) -> Int32 {
        guard let row = state.pointee.row else { return -1 }
        state.pointee.rows.read(path, of: row, into: leaves)
        return leaves.pointee.settle(path)
    }

    @inline(__always)
    func value(_ leaf: Int32) -> UnsafePointer<Leaf> { leaves.pointee.pointer(leaf) }

    /// Lets the values of the event lead to the rules of a partition.
    func run(_ number: UInt32) {
        checkAlways(number)
        let partition = tables.partitions.start + Int(number)
        var plan = tables.plans.start + Int(partition.pointee.firstPlan)
        let end = plan + Int(partition.pointee.planCount)
        while plan < end {
            askLeaves(plan)
            plan += 1
        }
    }

    /// Lets the leaves of a path open the gates of a partition.
    @inline(__always)
    func askLeaves(_ plan: UnsafePointer<PathPlan>) {
        var leaf = first(of: plan.pointee.path)
        while leaf >= 0 {
            follow(plan, leaf)
            leaf = value(leaf).pointee.next
        }
    }

    /// Checks the programs of a partition to which no value leads.
    @inline(__always)
    func checkAlways(_ number: UInt32) {
        let partition = tables.partitions.start + Int(number)
        guard partition.pointee.alwaysCount > 0 else { return }
        checkAll(tables.always.start + Int(partition.pointee.firstAlways), Int(partition.pointee.alwaysCount))
    }
}
