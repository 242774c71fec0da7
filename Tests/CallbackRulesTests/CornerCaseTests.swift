import Testing

@Suite("The corner cases of patterns")
struct CornerCaseTests {
    @Test("the oracle agrees with every line of the corpus")
    func oracle() throws {
        for corner in try CornerCase.corpus() {
            let outcome = corner.outcome(Oracle.matches)
            #expect(outcome == corner.expectation, "\(corner.text)")
        }
    }

    @Test("the corpus has every verdict often, no pair twice, and a reason on every line")
    func shape() throws {
        let corpus = try CornerCase.corpus()
        #expect(corpus.count { $0.expectation == .verdict(true) } >= 200)
        #expect(corpus.count { $0.expectation == .verdict(false) } >= 150)
        #expect(corpus.count { $0.expectation == .refusal } >= 100)
        #expect(Set(corpus.map { $0.rule + [0] + $0.event }).count == corpus.count)
        #expect(corpus.allSatisfy { !$0.reason.isEmpty })
    }
}
