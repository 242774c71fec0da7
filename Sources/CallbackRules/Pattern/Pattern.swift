/// What a rule asks of an event: every clause must hold, and of every choice one of its patterns. A value, checked, and
/// independent of how it is evaluated.
package struct Pattern: Hashable, Sendable {
    /// One field with its alternatives: one of them must accept what stands there.
    package struct Clause: Hashable, Sendable {
        package let path: EventPath
        package let tests: [ValueTest]

        package init(path: EventPath, tests: [ValueTest]) {
            self.path = path
            self.tests = tests
        }
    }

    /// In the order of the file; no path stands in it twice.
    package let clauses: [Clause]
    /// `$or`, each with two patterns or more. Paths are whole here too: they begin at the event.
    package let choices: [[Pattern]]

    package init(clauses: [Clause], choices: [[Pattern]] = []) {
        self.clauses = clauses
        self.choices = choices
    }

    /// How many patterns without a choice say the same together; `Int.max` where that is beyond counting.
    var combinationCount: Int {
        choices.reduce(1) { count, branches in
            let sum = branches.reduce(0) { total, branch in
                let (value, isBeyond) = total.addingReportingOverflow(branch.combinationCount)
                return isBeyond ? .max : value
            }
            let (value, isBeyond) = count.multipliedReportingOverflow(by: sum)
            return isBeyond ? .max : value
        }
    }

    /// The patterns without a choice that say the same together: the event must match one of them. Fields of one list
    /// element are tied within each of them.
    package var combinations: [[Clause]] {
        var combinations = [clauses]
        for branches in choices {
            let added = branches.flatMap(\.combinations)
            combinations = combinations.flatMap { base in added.map { base + $0 } }
        }
        return combinations
    }
}
