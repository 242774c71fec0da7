import Testing

@testable import fuzz

@Suite("Fuzzing, the short form")
struct FuzzTests {
    @Test("a second of mutated inputs breaks nothing", arguments: FuzzSubject.all.map(\.name))
    func short(_ name: String) throws {
        let subject = try #require(FuzzSubject.all.first { $0.name == name })
        var loop = FuzzLoop(subject, seed: .random(in: 0...(.max)))
        try loop.run(for: .seconds(1))
        #expect(loop.inputs > 100 && loop.outcomes.count > 3, "seed \(loop.seed)")
        for finding in loop.findings {
            let input = String(decoding: finding.input, as: UTF8.self).debugDescription
            Issue.record("\(name), seed \(loop.seed): \(finding.message): \(input)")
        }
    }

    @Test("one seed gives the same inputs again")
    func repeatable() {
        let seeds = [Array("{\"a\": [1]}".utf8), Array("[]".utf8)]
        var first = Mutator(seeds: seeds, tokens: ["x"], seed: 7)
        var second = Mutator(seeds: seeds, tokens: ["x"], seed: 7)
        var other = Mutator(seeds: seeds, tokens: ["x"], seed: 8)
        let inputs = (0..<50).map { _ in first.next() }
        #expect(inputs == (0..<50).map { _ in second.next() })
        #expect(inputs != (0..<50).map { _ in other.next() })
    }

    @Test("what breaks is found: a reader that cannot bear two stars")
    func finding() throws {
        let subject = FuzzSubject(
            name: "stars", seeds: { [Array("a*b".utf8)] }, tokens: ["*"],
            check: { $0.firstRange(of: Array("**".utf8)) == nil ? .fine("") : .broken("two stars") })
        var loop = FuzzLoop(subject, seed: 1)
        try loop.run(for: .seconds(10))
        #expect(loop.findings.count == 5)
        #expect(loop.findings.allSatisfy { $0.message == "two stars" })
    }
}
