/// From an open gate to the verdict of a program.
extension MatchSession {
    @inline(__always)
    func check(_ programs: UnsafePointer<UInt32>, _ count: Int) {
        for index in 0..<count { check(programs[index]) }
    }

    @inline(never)
    func checkAll(_ programs: UnsafePointer<UInt32>, _ count: Int) { check(programs, count) }

    @inline(__always)
    func check(_ number: UInt32) {
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
    func passes(_ sentry: Sentry) -> Bool {
        guard sentry.path >= 0 else { return true }
        let leaf = first(of: sentry.path)
        guard leaf >= 0 else { return false }
        let value = leaves.pointee.leaves.start + Int(leaf)
        return sentry.accepts(value) || (value.pointee.next >= 0 && passesFurther(sentry, value.pointee.next))
    }

    /// Whether it accepts a later leaf of its path.
    @inline(never)
    private func passesFurther(_ sentry: Sentry, _ second: Int32) -> Bool {
        var leaf = second
        var rest = Sentry.mostLeaves - 1
        while leaf >= 0 {
            let value = leaves.pointee.leaves.start + Int(leaf)
            if rest == 0 || sentry.accepts(value) { return true }
            rest -= 1
            leaf = value.pointee.next
        }
        return false
    }

    /// Whether each clause holds for itself: that is all there is to ask where nothing lies in the elements of a list.
    @inline(__always)
    func holds(_ program: UnsafePointer<Program>) -> Bool {
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
    func holdsFurther(_ clause: UnsafePointer<CompiledClause>, _ first: Int32) -> Bool {
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
