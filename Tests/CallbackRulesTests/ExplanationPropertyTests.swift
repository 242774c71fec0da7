import CallbackCore
import CallbackRules
import CallbackTestKit
import Testing

@Suite("The explanation against the matcher")
struct ExplanationPropertyTests {
    @Test("20,000 random pairs of pattern and event are judged alike, and what did not match has reasons that are true")
    func agreement() throws {
        let seed = UInt64.random(in: 0...(.max))
        var random = SeededGenerator(seed: seed)
        var counts = (matched: 0, reasons: 0, choices: 0)
        for number in 0..<20_000 {
            let pattern = Self.pattern(using: &random)
            let event = Sample.view(data: Self.data(using: &random))
            let explanation = Explanation(of: pattern, against: event)
            let place = "seed \(seed), pair \(number): \(pattern) \(event.data.text)"
            guard explanation.holds == Self.matches(pattern, event) else {
                Issue.record("\(place): the explanation says \(explanation.holds)")
                return
            }
            if explanation.holds { counts.matched += 1 }
            for reason in explanation.reasons {
                switch reason {
                case .clause(let reason):
                    counts.reasons += 1
                    guard Self.isTrue(reason, pattern, event) else {
                        Issue.record("\(place): \(reason.words)")
                        return
                    }
                case .apart(let reason):
                    guard Self.isTrue(reason, pattern, event) else {
                        Issue.record("\(place): \(reason.lines)")
                        return
                    }
                case .choice(let branches):
                    counts.choices += 1
                    guard branches.allSatisfy({ !$0.isEmpty }) else {
                        Issue.record("\(place): a branch without a reason")
                        return
                    }
                }
            }
        }
        // Pairs that all fail, or all match, would prove nothing.
        #expect(counts.matched > 2_000 && counts.matched < 18_000, "seed \(seed): \(counts)")
        #expect(counts.reasons > 4_000 && counts.choices > 1_000, "seed \(seed): \(counts)")
    }

    @Test("3,000 random pairs about one list: what is said to be apart is, and nothing can be left out of it")
    func lists() throws {
        let seed = UInt64.random(in: 0...(.max))
        var random = SeededGenerator(seed: seed)
        let exact = Array(Self.tests[0..<3])
        var count = 0
        for number in 0..<3_000 {
            let pattern = Pattern(
                clauses: ["a", "b", "c"].map { name in
                    .init(path: EventPath(["data", "l", name]), tests: [exact.randomElement(using: &random) ?? .null])
                })
            let values: [JSONValue] = [1, 2, "x"]
            let elements = (0..<3).map { _ in
                JSONValue.object(
                    JSONObject(
                        members: ["a", "b", "c"].map {
                            .init(key: $0, value: values.randomElement(using: &random) ?? .null)
                        }))
            }
            let event = Sample.view(data: ["l": .array(elements)])
            let explanation = Explanation(of: pattern, against: event)
            let place = "seed \(seed), pair \(number): \(pattern) \(event.data.text)"
            #expect(explanation.holds == Self.matches(pattern, event), "\(place)")
            for case .apart(let reason) in explanation.reasons {
                count += 1
                #expect(Self.isTrue(reason, pattern, event), "\(place): \(reason.lines)")
                #expect(reason.list == "data.l", "\(place)")
            }
        }
        #expect(count > 200, "seed \(seed): \(count)")
    }

    /// A clause that is blamed does not hold for itself, unless it may be missing: then it does not together with all
    /// those that ask for a value.
    private static func isTrue(_ reason: ClauseReason, _ pattern: Pattern, _ event: EventView) -> Bool {
        guard let clause = pattern.clauses.first(where: { $0.path == reason.path }), !reason.met.isEmpty else {
            return false
        }
        guard clause.tests.contains(.absent) else { return !matches(Pattern(clauses: [clause]), event) }
        let firm = pattern.clauses.filter { !$0.tests.contains(.absent) }
        return !matches(Pattern(clauses: firm + [clause]), event)
    }

    /// Clauses that are apart do not hold together, and do when any of them is left out.
    private static func isTrue(_ reason: ApartReason, _ pattern: Pattern, _ event: EventView) -> Bool {
        let clauses = pattern.clauses.filter { clause in reason.parts.contains { $0.path == clause.path } }
        guard clauses.count > 1, reason.parts.allSatisfy({ !$0.places.isEmpty }) else { return false }
        guard !matches(Pattern(clauses: clauses), event) else { return false }
        return clauses.indices.allSatisfy { index in
            var rest = clauses
            rest.remove(at: index)
            return matches(Pattern(clauses: rest), event)
        }
    }

    private static func matches(_ pattern: Pattern, _ event: EventView) -> Bool {
        Matcher([.init(types: [event.type], pattern: pattern)]).matches(event) == [0]
    }

    // MARK: Patterns and events

    private static let alternatives: [String] = [
        "1", "2", #""x""#, #""10.0.0.1""#, "true", "null", #"{"exists":true}"#, #"{"exists":false}"#,
        #"{"prefix":"x"}"#, #"{"suffix":"y"}"#, #"{"equals-ignore-case":"X"}"#, #"{"wildcard":"x*y"}"#,
        #"{"anything-but":["x"]}"#, #"{"anything-but":[1]}"#, #"{"anything-but":{"suffix":"y"}}"#,
        #"{"numeric":[">=",1]}"#, #"{"numeric":[">",1,"<",3]}"#, #"{"cidr":"10.0.0.0/8"}"#, #"{"exactly":"10.0.0.1"}"#,
    ]

    /// Those of the alternatives that many values meet.
    private static let easy = [6, 8, 12, 13, 14, 15]

    /// The alternatives as the compiler reads them.
    private static let tests: [ValueTest] = alternatives.compactMap { text in
        let node = try? ConfigNode.json(#"{"data":{"a":[\#(text)]}}"#)
        return node.flatMap { PatternCompiler.compile($0, shapes: nil).0?.clauses.first?.tests.first }
    }

    private static func pattern(using random: inout SeededGenerator) -> Pattern {
        #expect(tests.count == alternatives.count)
        var taken: Set<EventPath> = []
        let clauses = clauses(1...3, &taken, using: &random)
        guard Int.random(in: 0..<3, using: &random) == 0 else { return Pattern(clauses: clauses) }
        let choices = (0..<Int.random(in: 1...2, using: &random)).map { _ in
            var added = taken
            let branches = (0..<2).map { _ in
                var own = taken
                let branch = Pattern(clauses: self.clauses(1...2, &own, using: &random))
                added.formUnion(own)
                return branch
            }
            taken = added
            return branches.filter { !$0.clauses.isEmpty }
        }
        return Pattern(clauses: clauses, choices: choices.filter { $0.count > 1 })
    }

    private static func clauses(
        _ count: ClosedRange<Int>, _ taken: inout Set<EventPath>, using random: inout SeededGenerator
    ) -> [Pattern.Clause] {
        var clauses: [Pattern.Clause] = []
        for _ in 0..<Int.random(in: count, using: &random) {
            let names = (0..<[1, 2, 2, 3][Int.random(in: 0..<4, using: &random)]).map { _ in
                Bool.random(using: &random) ? "a" : "b"
            }
            let path = EventPath(["data"] + names)
            guard taken.insert(path).inserted else { continue }
            let chosen = (0..<Int.random(in: 1...3, using: &random)).map { _ in
                // Every second one is easily met, so that the others decide.
                Bool.random(using: &random)
                    ? tests[easy[Int.random(in: easy.indices, using: &random)]]
                    : tests[Int.random(in: tests.indices, using: &random)]
            }
            clauses.append(.init(path: path, tests: chosen))
        }
        return clauses
    }

    /// Anything, or a list of similar objects, where clauses are met in different elements.
    private static func data(using random: inout SeededGenerator) -> JSONValue {
        guard Bool.random(using: &random) else { return object(depth: 0, using: &random) }
        var object = JSONObject()
        for name in ["a", "b"] {
            let elements = (0..<3).map { _ in
                JSONValue.object(
                    JSONObject(
                        members: ["a", "b"].map { name in
                            .init(key: name, value: value(depth: 5, using: &random))
                        }))
            }
            object.append(name, .array(elements))
        }
        return .object(object)
    }

    private static func object(depth: Int, using random: inout SeededGenerator) -> JSONValue {
        var object = JSONObject()
        for name in ["a", "b", "a.b"] where Int.random(in: 0..<(name == "a.b" ? 8 : 4), using: &random) > 0 {
            if name == "a.b", object["a"] != nil { continue }
            object.append(name, value(depth: depth + 1, using: &random))
        }
        return .object(object)
    }

    private static func value(depth: Int, using random: inout SeededGenerator) -> JSONValue {
        switch Int.random(in: 0..<(depth > 4 ? 7 : 13), using: &random) {
        case 0: return 1
        case 1: return "x"
        case 2: return nil
        case 3: return "xy"
        case 4: return .double(2)
        case 5: return true
        case 6: return "10.0.0.1"
        case 7, 8, 9: return object(depth: depth, using: &random)
        default:
            let count = Int.random(in: 0...3, using: &random)
            return .array((0..<count).map { _ in value(depth: depth + 1, using: &random) })
        }
    }
}
