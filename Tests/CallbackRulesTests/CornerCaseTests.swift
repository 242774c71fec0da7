import CallbackCore
import CallbackRules
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

    @Test("the compiler accepts and refuses the same patterns, and says where")
    func compiler() throws {
        for corner in try CornerCase.corpus() {
            guard case .object = try TextJSON.parse(corner.event) else { continue }
            let node = ConfigNode.lines(try TextJSON.parse(corner.rule))
            let (pattern, diagnostics) = PatternCompiler.compile(node, shapes: nil)
            #expect((pattern == nil) == (corner.expectation == .refusal), "\(corner.text): \(diagnostics)")
            #expect((pattern == nil) == diagnostics.contains { $0.severity == .error }, "\(corner.text)")
            #expect(diagnostics.allSatisfy { $0.place?.file == "pattern.json" }, "\(corner.text): \(diagnostics)")
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
