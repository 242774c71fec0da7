import CallbackCore
import CallbackRules
import Testing

@Suite("The matcher against a plain evaluator")
struct MatcherPropertyTests {
    @Test("20,000 random pairs of pattern and event get the same verdict")
    func agreement() throws {
        let seed = UInt64.random(in: 0...(.max))
        var random = SeededGenerator(seed: seed)
        var matched = 0
        for number in 0..<20_000 {
            let pattern = Self.pattern(using: &random)
            let data = Self.object(depth: 0, using: &random)
            let event = Sample.view(data: data)
            let verdict = Matcher([.init(types: [event.type], pattern: pattern)]).matches(event) == [0]
            let expected = PlainEvaluator(data).matches(pattern)
            if verdict { matched += 1 }
            guard verdict != expected else { continue }
            Issue.record("seed \(seed), pair \(number): \(verdict), not \(expected): \(pattern) \(data.text)")
            return
        }
        // Pairs that all fail, or all match, would prove nothing.
        #expect(matched > 2_000 && matched < 18_000, "seed \(seed): \(matched) matched")
    }

    private static let tests: [[ValueTest]] = [
        [.number(ExactNumber(Int64(1)))], [.string("x")], [.null], [.present], [.absent], [.prefix("x")],
        [.anythingBut(.strings(["x"]))], [.anythingBut(.numbers([ExactNumber(Int64(1))]))],
        [.anythingBut(.prefixes(["x"]))], [.numeric(.init(low: .init(1, isIncluded: true), high: nil))],
        [.absent, .string("x")], [.number(ExactNumber(2.0)), .string("xy")], [.absent, .null],
    ]

    private static func pattern(using random: inout SeededGenerator) -> Pattern {
        var clauses: [Pattern.Clause] = []
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            let names = (0..<Int.random(in: 1...3, using: &random)).map { _ in
                Bool.random(using: &random) ? "a" : "b"
            }
            let path = EventPath(["data"] + names)
            guard !clauses.contains(where: { $0.path == path }) else { continue }
            clauses.append(.init(path: path, tests: tests[Int.random(in: tests.indices, using: &random)]))
        }
        return Pattern(clauses: clauses)
    }

    private static func object(depth: Int, using random: inout SeededGenerator) -> JSONValue {
        var object = JSONObject()
        for name in ["a", "b"] where Int.random(in: 0..<4, using: &random) > 0 {
            object.append(name, value(depth: depth + 1, using: &random))
        }
        return .object(object)
    }

    private static func value(depth: Int, using random: inout SeededGenerator) -> JSONValue {
        switch Int.random(in: 0..<(depth > 4 ? 5 : 11), using: &random) {
        case 0: return 1
        case 1: return "x"
        case 2: return nil
        case 3: return "xy"
        case 4: return .double(2)
        case 5, 6, 7: return object(depth: depth, using: &random)
        default:
            let count = Int.random(in: 0...3, using: &random)
            return .array((0..<count).map { _ in value(depth: depth + 1, using: &random) })
        }
    }
}

/// Obviously right and slow: every field becomes a leaf with the list elements that it lies in, and every choice of
/// leaves is tried.
private struct PlainEvaluator {
    private struct Leaf {
        let path: [String]
        let value: JSONValue
        /// The element of each list on the way, lists being known by where they stand.
        let elements: [String: Int]
    }

    private var leaves: [Leaf] = []

    init(_ data: JSONValue) { collect(data, path: ["data"], place: "", elements: [:], tied: [:]) }

    /// - Parameter tied: the elements that a scalar here would be tied to: those of lists with an object in between.
    private mutating func collect(
        _ value: JSONValue, path: [String], place: String, elements: [String: Int], tied: [String: Int]
    ) {
        switch value {
        case .object(let object):
            for member in object.members {
                let inner = place + "/" + member.key
                collect(member.value, path: path + [member.key], place: inner, elements: elements, tied: elements)
            }
        case .array(let list):
            for (index, element) in list.enumerated() {
                var elements = elements
                elements[place] = index
                collect(element, path: path, place: "\(place)[\(index)]", elements: elements, tied: tied)
            }
        default: leaves.append(Leaf(path: path, value: value, elements: tied))
        }
    }

    func matches(_ pattern: Pattern) -> Bool { choose(pattern.clauses[...], absent: [], chosen: [:]) }

    private func choose(_ clauses: ArraySlice<Pattern.Clause>, absent: [[String]], chosen: [String: Int]) -> Bool {
        guard let clause = clauses.first else {
            return absent.allSatisfy { path in
                !leaves.contains { $0.path == path && agree($0.elements, chosen) }
            }
        }
        let path = clause.path.segments
        for leaf in leaves where leaf.path == path && agree(leaf.elements, chosen) {
            guard clause.tests.contains(where: { Self.accepts($0, leaf.value) }) else { continue }
            let merged = chosen.merging(leaf.elements) { first, _ in first }
            if choose(clauses.dropFirst(), absent: absent, chosen: merged) { return true }
        }
        return clause.tests.contains(.absent)
            && choose(clauses.dropFirst(), absent: absent + [path], chosen: chosen)
    }

    private func agree(_ left: [String: Int], _ right: [String: Int]) -> Bool {
        left.allSatisfy { right[$0.key] == nil || right[$0.key] == $0.value }
    }

    private static func accepts(_ test: ValueTest, _ value: JSONValue) -> Bool {
        let number: Double? =
            switch value {
            case .integer(let number): Double(number)
            case .double(let number): number
            default: nil
            }
        switch test {
        case .null: return value == .null
        case .bool(let flag): return value == .bool(flag)
        case .string(let text): return value == .string(text)
        case .number(let wanted): return number.map { wanted == ExactNumber($0) } ?? false
        case .prefix(let text): return value.string?.hasPrefix(text) ?? false
        case .numeric(let range): return number.map { $0 >= (range.low?.value ?? -.infinity) } ?? false
        case .anythingBut(.strings(let texts)): return !texts.contains { value == .string($0) }
        case .anythingBut(.numbers(let numbers)): return !numbers.contains { $0 == number.map { ExactNumber($0) } }
        case .anythingBut(.prefixes(let prefixes)): return !prefixes.contains { value.string?.hasPrefix($0) ?? false }
        case .anythingBut, .suffix, .exactly, .address, .cidr, .wildcard, .equalsIgnoringCase, .prefixIgnoringCase,
            .suffixIgnoringCase:
            return false
        case .present: return true
        case .absent: return false
        }
    }
}
