import CallbackRules
import Testing

/// Lists that are long enough for an index of their values.
@Suite("Long lists")
struct LongListTests {
    @Test("random patterns about a list of dozens of elements get the verdicts of the oracle")
    func oracle() throws {
        let seed = TestSeed.draw(for: "long lists")
        var generator = PairGenerator(seed: seed)
        var matched = 0
        for number in 0..<150 {
            let event = generator.longListEvent()
            var writer = generator.writer()
            let text = writer.text(event)
            let leaves = try OracleEvent(text)
            let patterns = generator.patterns(12, for: event)
            let expected = try patterns.indices.filter { Oracle.matches(try OraclePattern(patterns[$0]), leaves) }
            matched += expected.count
            let verdicts = try Engine(patterns).matches(text)
            guard verdicts != expected else { continue }
            let shown = Set(verdicts).symmetricDifference(expected).map { Self.shown(writer.text(patterns[$0])) }
            Issue.record("seed \(seed), event \(number): \(expected), not \(verdicts): \(shown) \(Self.shown(text))")
            return
        }
        #expect(matched > 300 && matched < 1_500, "seed \(seed): \(matched) matched")
    }

    @Test("fields of one element are found among thousands, and those of two elements are not taken together")
    func thousands() throws {
        let patterns = [
            #"{"l":{"a":["v7"],"b":[3],"c":["x"]}}"#, #"{"l":{"a":["v7"],"b":[4],"c":["x"]}}"#,
            #"{"l":{"a":[{"prefix":"v4"}],"b":[{"numeric":[">",1]}],"c":[{"anything-but":["y"]}]}}"#,
            #"{"l":{"a":["v1"],"c":[{"anything-but":["x","y"]}]}}"#, #"{"l":{"a":["v1"],"d":[{"exists":false}]}}"#,
            #"{"l":{"a":["v1"],"b":[{"exists":false}]}}"#, #"{"l":{"a":["v5","v6"],"b":[6,5]}}"#,
        ].map { Array($0.utf8) }
        // An element with "v7" or "v1" has an odd number, and so "y".
        let elements = (0..<2_000).map { number in
            #"{"a":"v\#(number % 50)","b":\#(number % 7),"c":"\#(number % 2 == 0 ? "x" : "y")"}"#
        }
        let event = Array(#"{"l":[\#(elements.joined(separator: ","))]}"#.utf8)
        #expect(try Engine(patterns).matches(event) == [2, 4, 6])
    }

    @Test("a value between two elements of a list is not skipped with them")
    func between() throws {
        let pattern = Array(#"{"x":["a","b"],"x.y":[1]}"#.utf8)
        #expect(try Engine.matches(pattern: pattern, event: Array(#"{"x":[[["a"],"b",{"y":1}]]}"#.utf8)))
        #expect(try !Engine.matches(pattern: pattern, event: Array(#"{"x":[[["a"],"c",{"y":1}]]}"#.utf8)))
    }

    private static func shown(_ text: [UInt8]) -> String { String(decoding: text, as: UTF8.self) }
}
