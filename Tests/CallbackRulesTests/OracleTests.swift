import Testing

@Suite("The oracle")
struct OracleTests {
    @Test("no spelling changes a verdict, no random pattern is refused, and both verdicts are frequent")
    func spelling() throws {
        let seed = TestSeed.draw(for: "patterns")
        var generator = PairGenerator(seed: seed)
        var matched = 0
        let count = 10_000
        for number in 0..<count {
            let pair = generator.pair()
            var writer = generator.writer()
            let pattern = writer.text(pair.pattern)
            let event = writer.text(pair.event)
            let verdict: Bool
            do { verdict = try Oracle.matches(pattern: pattern, event: event) } catch {
                let text = String(decoding: pattern, as: UTF8.self)
                Issue.record("seed \(seed), pair \(number) is refused: \(error): \(text)")
                return
            }
            if verdict { matched += 1 }
            let again = try Oracle.matches(pattern: writer.text(pair.pattern), event: writer.text(pair.event))
            guard again != verdict else { continue }
            let texts = [pattern, event].map { String(decoding: $0, as: UTF8.self) }
            Issue.record("seed \(seed), pair \(number): \(verdict) and \(again) for \(texts)")
            return
        }
        #expect(matched > count / 5 && matched < count * 3 / 5, "seed \(seed): \(matched) of \(count) matched")
    }
}
