package import CallbackCore

/// Takes in rules one after another, and makes a matcher of all of them. It keeps little of a rule: many thousands of
/// patterns need not be in memory together.
package struct MatcherBuilder {
    struct Draft {
        var rule: Int32
        /// Its part of all clauses.
        var firstClause: Int32
        var clauseCount: Int32
    }

    struct DraftClause {
        var path: Int32
        var firstTest: Int32
        var testCount: Int32
        var isExactTexts: Bool
        var acceptsAbsence: Bool
    }

    private(set) var trie = PathTrie.Builder()
    private(set) var tests = TestTable.Builder()
    /// For each test how it is found.
    private(set) var gates: [Gate] = []
    /// Of tests that several gates could lead to.
    private var options: [Int32: [Gate]] = [:]
    /// Of tests that need more than a hash to be found.
    private var ranges: [Int32: NumericRange] = [:]
    private var networks: [Int32: IPRange] = [:]
    private(set) var drafts: [Draft] = []
    /// Of all drafts one after another: a list for each would cost more than the clauses in it.
    private var allClauses: [DraftClause] = []
    private(set) var ruleCount = 0

    package init() {}

    /// Takes in the next rule; rules are numbered from 0.
    /// - Parameters:
    ///   - types: the event types that it is meant for; nil where the pattern alone says it.
    ///   - pattern: nil for every event of these types.
    package mutating func add(types: [EventType]?, pattern: Pattern?) {
        for clauses in pattern?.combinations ?? [[]] {
            let first = allClauses.count
            if let types {
                let tests = types.map { ValueTest.exactly($0.rawValue) }
                allClauses.append(clause(EventPath(["type"]), tests))
            }
            for clause in clauses { allClauses.append(self.clause(clause.path, clause.tests)) }
            drafts.append(
                Draft(
                    rule: Int32(ruleCount), firstClause: Int32(first), clauseCount: Int32(allClauses.count - first)))
        }
        ruleCount += 1
    }

    func clauses(of draft: Draft) -> ArraySlice<DraftClause> {
        let first = Int(draft.firstClause)
        return allClauses[first..<first + Int(draft.clauseCount)]
    }

    var clauseCount: Int { allClauses.count }
    var hasOptions: Bool { !options.isEmpty }

    // Few tests have any of these, and what a test's gate is says of most that they have none.

    func options(_ test: Int32) -> [Gate]? { gates[Int(test)].mayHaveOptions ? options[test] : nil }
    func range(_ test: Int32) -> NumericRange? { gates[Int(test)].kind == .range ? ranges[test] : nil }
    func network(_ test: Int32) -> IPRange? { gates[Int(test)].kind == .address ? networks[test] : nil }

    private mutating func clause(_ path: EventPath, _ alternatives: [ValueTest]) -> DraftClause {
        let first = Int32(gates.count)
        var isExactTexts = true
        var acceptsAbsence = false
        for test in alternatives {
            switch test {
            case .string, .exactly: break
            case .absent:
                acceptsAbsence = true
                isExactTexts = false
            default: isExactTexts = false
            }
            switch test {
            case .numeric(let range): ranges[Int32(gates.count)] = range
            case .cidr(let range, _), .address(let range, _): networks[Int32(gates.count)] = range
            default: break
            }
            if let several = Gate.options(test) { options[Int32(gates.count)] = several }
            gates.append(Gate(test))
            tests.append(test)
        }
        return DraftClause(
            path: trie.path(path), firstTest: first, testCount: Int32(alternatives.count),
            isExactTexts: isExactTexts, acceptsAbsence: acceptsAbsence)
    }

    /// Compiles what was taken in.
    package func build() -> Matcher { Matcher(compiled()) }

    func compiled() -> MatcherTables {
        var compiler = GateCompiler(self)
        return compiler.compile()
    }
}
