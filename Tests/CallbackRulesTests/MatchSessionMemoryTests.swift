import CallbackCore
import CallbackRules
import Testing

/// A session remembers what events looked like. Whatever it has seen, the next event must get the verdicts of a session
/// that has seen nothing.
@Suite("What a session remembers of events")
struct MatchSessionMemoryTests {
    @Test("2,000 random texts in one session, with new names all the time, are judged like the oracle judges them")
    func texts() throws {
        let seed = TestSeed.draw(for: "patterns")
        var generator = PairGenerator(seed: seed)
        var writer = generator.writer()
        let patterns = (0..<60).map { _ in
            let event = generator.event()
            return writer.text(generator.pattern(for: event))
        }
        let engine = try Engine(patterns)
        let parsed = try patterns.map(OraclePattern.init)
        var matched = 0
        for number in 0..<2_000 {
            writer = generator.writer()
            var text = writer.text(generator.event())
            // A name that no event has had, so that the memory fills up and is emptied several times.
            if let end = text.lastIndex(of: UInt8(ascii: "}")), text.contains(UInt8(ascii: ":")) {
                text.insert(
                    contentsOf: Array(#","new\#(number)": {"inner": [\#(number), {"x": null}]} "#.utf8), at: end)
            }
            let event = try OracleEvent(text)
            let expected = parsed.indices.filter { Oracle.matches(parsed[$0], event) }
            matched += expected.count
            let verdicts = try engine.matches(text)
            guard verdicts != expected else { continue }
            Issue.record("seed \(seed), event \(number): \(expected), not \(verdicts): \(Self.shown(text))")
            return
        }
        #expect(matched > 100, "seed \(seed): \(matched) matched")
    }

    @Test("an event that breaks off is refused, although what lies behind its end has been seen to follow")
    func brokenOff() throws {
        let engine = try Engine([Array(#"{"a":{"b":[1]}}"#.utf8)])
        let text = Array(#"{ "a": {"b": 1, "c d": "x"}, "e":[{"f" :true},{"f" :null}] , "g":-1.5e3}"#.utf8)
        #expect(try engine.matches(text) == [0])
        let session = try PatternSession(#"{"a":{"b":[1]}}"#).session
        for end in 1..<text.count {
            let whole = text + [0x0A] + [UInt8](repeating: 0, count: EventText.padding)
            #expect(Self.matches(session, whole, count: text.count))
            // The rest of the text stands behind the end, as the next line of a file would.
            let cut = text[..<end] + [0x0A] + text[end...] + [UInt8](repeating: 0, count: EventText.padding)
            #expect(!Self.matches(session, Array(cut), count: end), "\(Self.shown(Array(text[..<end])))")
        }
        #expect(throws: (any Error).self) { try engine.matches(Array(#"{ "a" {"b": 1}}"#.utf8)) }
        #expect(throws: (any Error).self) { try engine.matches(Array(#"{ "a": {"b": 1,}}"#.utf8)) }
        #expect(throws: (any Error).self) { try engine.matches(Array(#"{, "a": {"b": 1}}"#.utf8)) }
        #expect(try engine.matches(text) == [0])
    }

    @Test("names that differ in length, space and order from those before are read as they are")
    func differences() throws {
        let engine = try Engine(
            [#"{"name":{"x":[1]}}"#, #"{"names":{"x":[1]}}"#, #"{"n":[2]}"#].map { Array($0.utf8) })
        let cases: [(String, [Int])] = [
            (#"{"name":{"x":1},"n":2}"#, [0, 2]), (#"{"name":{"x":1},"n":2}"#, [0, 2]),
            (#"{"names":{"x":1},"n":2}"#, [1, 2]), (#"{"n":2,"name":{"x":1}}"#, [0, 2]),
            (#"{"name" : {"x" : 1} , "n" : 2}"#, [0, 2]), (#"{"name":{"y":1},"n":3}"#, []),
            (#"{"name":{},"n":2}"#, [2]), (#"{"name":{"\u0078":1},"n":2}"#, [0, 2]), (#"{}"#, []),
            (#"{"n":2}"#, [2]), (#"{"name":{"x":1}}"#, [0]), (#"{"name":[{"x":1},{"y":2}],"n":[1,2]}"#, [0, 2]),
            (#"{"name":{"x":1},"\#(String(repeating: "l", count: 40))":{"x":1},"n":2}"#, [0, 2]),
        ]
        for _ in 0..<2 {
            for (text, expected) in cases { #expect(try engine.matches(Array(text.utf8)) == expected, "\(text)") }
        }
    }

    @Test("1,000 random events in memory in one session are judged like the oracle judges their texts")
    func rows() throws {
        let seed = TestSeed.draw(for: "patterns")
        var generator = PairGenerator(seed: seed)
        var writer = generator.writer()
        let patterns = (0..<60).map { _ in
            let event = generator.event()
            return writer.text(.object("data", generator.pattern(for: event)))
        }
        let engine = try Engine(patterns)
        let parsed = try patterns.map(OraclePattern.init)
        var matched = 0
        for number in 0..<1_000 {
            writer = generator.writer()
            guard let data = try? JSONParser.parse(writer.text(generator.event())), !data.repeatsNames else { continue }
            var text: [UInt8] = []
            text.appendJSON(["data": data])
            let event = try OracleEvent(text)
            let expected = parsed.indices.filter { Oracle.matches(parsed[$0], event) }
            matched += expected.count
            let verdicts = engine.matches(Sample.view("order.placed", subject: "order/7", data: data))
            guard verdicts != expected else { continue }
            Issue.record("seed \(seed), event \(number): \(expected), not \(verdicts): \(Self.shown(text))")
            return
        }
        #expect(matched > 50, "seed \(seed): \(matched) matched")
    }

    @Test("a value keeps leading to rules while one of them asks for a list of hundreds of values")
    func longRow() throws {
        let letters = ["a", "b", "c", "d"]
        // Each list is asked for by clauses that two rules share, so that the single values are the gates.
        let patterns = letters.flatMap { letter in
            [#"["x"]"#, #"[{"prefix":"x"}]"#, #"[{"suffix":"x"}]"#, #"[{"equals-ignore-case":"X"}]"#].map { test in
                Array(#"{"data":{"\#(letter)":\#(test),"list":["v150"]}}"#.utf8)
            }
        }
        let list = (0..<200).map { JSONValue.string("v\($0)") }
        for first in letters.indices {
            // Only a new session has little memory.
            let engine = try Engine(patterns)
            var data = JSONObject()
            for letter in letters[first...] + letters[..<first] { data[letter] = "x" }
            data["list"] = .array(list)
            #expect(engine.matches(Sample.view(data: .object(data))) == Array(patterns.indices))
        }
    }

    private static func matches(_ session: MatchSession, _ bytes: [UInt8], count: Int) -> Bool {
        bytes.withUnsafeBufferPointer { buffer in
            ((try? session.match(UnsafeBufferPointer(rebasing: buffer[..<count]))) ?? 0) > 0
        }
    }

    private static func shown(_ text: [UInt8]) -> String { String(decoding: text, as: UTF8.self) }
}

/// A session for one pattern.
private struct PatternSession {
    let session: MatchSession

    init(_ pattern: String) throws {
        var builder = MatcherBuilder()
        let (compiled, diagnostics) = PatternCompiler.compile(
            ConfigNode.lines(try TextJSON.parse(Array(pattern.utf8))), shapes: nil)
        guard let compiled else { throw Refusal("\(diagnostics)") }
        builder.add(types: nil, pattern: compiled)
        session = builder.build().session()
    }
}
