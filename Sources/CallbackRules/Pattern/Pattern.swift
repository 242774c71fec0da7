/// What a rule asks of an event: every clause must hold. A value, checked, and independent of how it is evaluated.
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

    package init(clauses: [Clause]) { self.clauses = clauses }
}
