import CallbackCore
import CallbackRules
import Testing

@Suite("The compiled matcher against the oracle")
struct MatcherOracleTests {
    @Test("it agrees with every corner case")
    func corners() throws {
        for corner in try CornerCase.corpus() {
            let outcome = corner.outcome(Engine.matches)
            #expect(outcome == corner.expectation, "\(corner.text)")
        }
    }

    @Test("all corner cases compiled together say of each event what they say alone")
    func cornersTogether() throws {
        let corpus = try CornerCase.corpus().filter { $0.expectation != .refusal }
        let engine = try Engine(corpus.map(\.rule))
        let patterns = try corpus.map { try OraclePattern($0.rule) }
        for corner in corpus {
            let event = try OracleEvent(corner.event)
            let expected = patterns.indices.filter { Oracle.matches(patterns[$0], event) }
            let verdicts = try engine.matches(corner.event)
            guard verdicts != expected else { continue }
            let differing = Set(verdicts).symmetricDifference(expected).sorted().map { corpus[$0].text }
            Issue.record("of \(corner.text): \(differing)")
        }
    }

    @Test("100,000 random pairs of pattern and event get the same verdict")
    func pairs() throws {
        let seed = TestSeed.draw(for: "patterns")
        var generator = PairGenerator(seed: seed)
        var matched = 0
        for number in 0..<10_000 {
            let event = generator.event()
            var writer = generator.writer()
            let text = writer.text(event)
            let leaves = try OracleEvent(text)
            // The same ten go into one matcher, which is ten times faster than one each; `alone` has one each.
            let patterns = generator.patterns(10, for: event)
            let expected = try patterns.indices.filter { Oracle.matches(try OraclePattern(patterns[$0]), leaves) }
            matched += expected.count
            let verdicts = try Engine(patterns).matches(text)
            guard verdicts != expected else { continue }
            let shown = Set(verdicts).symmetricDifference(expected).map { Self.shown(writer.text(patterns[$0])) }
            Issue.record("seed \(seed), event \(number): \(expected), not \(verdicts): \(shown) \(Self.shown(text))")
            return
        }
        // Pairs that mostly fail, or mostly match, would prove little.
        #expect(matched > 20_000 && matched < 60_000, "seed \(seed): \(matched) matched")
    }

    @Test("random pairs with a matcher of their own get the same verdict")
    func alone() throws {
        let seed = TestSeed.draw(for: "patterns")
        var generator = PairGenerator(seed: seed)
        for number in 0..<3_000 {
            let pair = generator.pair()
            var writer = generator.writer()
            let pattern = writer.text(pair.pattern)
            let event = writer.text(pair.event)
            let expected = try Oracle.matches(pattern: pattern, event: event)
            guard try Engine.matches(pattern: pattern, event: event) != expected else { continue }
            Issue.record("seed \(seed), pair \(number): not \(expected): \(Self.shown(pattern)) \(Self.shown(event))")
            return
        }
    }

    @Test("sets of 1 to 200 patterns compiled together say of each event what the oracle says of each pattern")
    func sets() throws {
        let seed = TestSeed.draw(for: "patterns")
        var generator = PairGenerator(seed: seed)
        for number in 0..<60 {
            let events = (0..<10).map { _ in generator.event() }
            var writer = generator.writer()
            let texts = events.map { writer.text($0) }
            let count = [1, 2, 3, 7, 20, 60, 200][number % 7]
            let patterns = (0..<count).map { writer.text(generator.pattern(for: events[$0 % events.count])) }
            let engine = try Engine(patterns)
            let parsed = try patterns.map(OraclePattern.init)
            for text in texts {
                let event = try OracleEvent(text)
                let expected = parsed.indices.filter { Oracle.matches(parsed[$0], event) }
                let verdicts = try engine.matches(text)
                guard verdicts != expected else { continue }
                let differing = Set(verdicts).symmetricDifference(expected).sorted()
                let shown = differing.map { Self.shown(patterns[$0]) }
                Issue.record("seed \(seed), set \(number) of \(count): \(differing) \(shown) of \(Self.shown(text))")
                return
            }
        }
    }

    @Test("fields that stand before, between and behind two types of one event are all seen")
    func twoTypes() throws {
        let patterns = [
            #"{"type":["a"],"x":[1]}"#, #"{"type":["b"],"y":[2]}"#, #"{"type":["b"],"x":[1]}"#,
            #"{"type":["c"],"x":[1]}"#, #"{"x":[1],"y":[2]}"#, #"{"type":["a"],"o":{"z":[3]}}"#,
        ].map { Array($0.utf8) }
        for (text, expected) in [
            (#"{"type":"a","x":1,"y":2,"o":{"z":3}}"#, [0, 4, 5]),
            (#"{"x":1,"y":2,"type":"b","o":{"z":3}}"#, [1, 2, 4]),
            (#"{"type":"a","x":1,"type":"b","y":2}"#, [0, 1, 2, 4]),
            (#"{"type":["b","a"],"x":1,"o":{"z":3}}"#, [0, 2, 5]),
            (#"{"type":7,"x":1,"type":"a","o":{"z":3}}"#, [0, 5]), (#"{"type":"none","x":1,"y":2}"#, [4]),
            (#"{"type":"b","x":1,"type":7,"o":{"z":3}}"#, [2]),
        ] {
            #expect(try Engine(patterns).matches(Array(text.utf8)) == expected, "\(text)")
        }
    }

    @Test("an event in memory gets the verdicts of its text")
    func views() throws {
        let seed = TestSeed.draw(for: "patterns")
        var generator = PairGenerator(seed: seed)
        var matched = 0
        for number in 0..<500 {
            let event = generator.event()
            var writer = generator.writer()
            // Numbers that are no doubles are not events in memory, and no source gives a name twice.
            guard let data = try? JSONParser.parse(writer.text(event)), !data.repeatsNames else { continue }
            let patterns = (0..<10).map { _ in writer.text(.object("data", generator.pattern(for: event))) }
            var text: [UInt8] = []
            text.appendJSON(["data": data])
            let leaves = try OracleEvent(text)
            let expected = try patterns.indices.filter { Oracle.matches(try OraclePattern(patterns[$0]), leaves) }
            matched += expected.count
            let verdicts = try Engine(patterns).matches(Sample.view("order.placed", subject: "order/7", data: data))
            guard verdicts != expected else { continue }
            let shown = Set(verdicts).symmetricDifference(expected).sorted().map { Self.shown(patterns[$0]) }
            Issue.record("seed \(seed), event \(number): \(shown) of \(Self.shown(text))")
            return
        }
        #expect(matched > 250, "seed \(seed): \(matched) matched")
    }

    private static func shown(_ text: [UInt8]) -> String { String(decoding: text, as: UTF8.self) }
}

extension JSONValue {
    /// Whether an object in it has a name twice.
    var repeatsNames: Bool {
        switch self {
        case .object(let object):
            Set(object.members.map { Array($0.key.utf8) }).count < object.members.count
                || object.members.contains { $0.value.repeatsNames }
        case .array(let elements): elements.contains { $0.repeatsNames }
        default: false
        }
    }
}
