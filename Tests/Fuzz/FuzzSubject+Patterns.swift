import CallbackCore
import CallbackRules
import FoundationEssentials

extension FuzzSubject {
    /// Patterns as JSON: what is refused has places of the pattern, what is accepted survives being kept and read again.
    static let patterns = FuzzSubject(
        name: "patterns",
        seeds: {
            let corpus = try Repository.lines("Tests/CallbackRulesTests/Corpus/patterns.jsonl")
            return corpus.compactMap { line in
                guard let start = line.firstRange(of: Array("\"rule\": ".utf8))?.upperBound,
                    let end = line.firstRange(of: Array(", \"event\": ".utf8))?.lowerBound
                else { return nil }
                return Array("{\"data\": ".utf8) + line[start..<end] + Array("}".utf8)
            }
        },
        tokens: [
            "\"data\":", "[", "]", "{", "}", ",", "\"prefix\":", "\"suffix\":", "\"exactly\":", "\"wildcard\":",
            "\"numeric\":", "\"cidr\":", "\"exists\":", "\"anything-but\":", "\"equals-ignore-case\":", "\"$or\":",
            "\"\"",
            "\"*\"", "\"**\"", "\"\\\\\"", "\">\"", "\"<=\"", "\"=\"", "1e400", "-0", "0.1", "9007199254740993", "true",
            "null", "\"10.0.0.0/8\"", "\"::1\"", "\"/\"", "\"a\":", "\"a.b\":", "[\"x\"]", "[{\"prefix\":\"x\"}]",
            "\\u00e9",
            "\\ud83d\\ude00", "ß", "İ",
        ],
        check: { input in
            guard let json = try? JSONParser.parse(input) else { return .fine("no JSON") }
            var count = 0
            let node = numbered(json, &count)
            let (pattern, diagnostics) = PatternCompiler.compile(node, shapes: nil)
            for diagnostic in diagnostics {
                guard let place = diagnostic.place, place.file == "p", (1...count).contains(place.line) else {
                    return .broken("a diagnostic without a place in the pattern: \(diagnostic)")
                }
            }
            let codes = Set(diagnostics.map(\.code)).sorted().joined(separator: " ")
            guard let pattern else {
                return codes.isEmpty ? .broken("refused without a reason") : .fine("refused \(codes)")
            }
            guard diagnostics.allSatisfy({ $0.severity != .error }) else { return .broken("accepted with \(codes)") }
            return kept(node, pattern)
        }
    )

    /// Every value and key on a line of its own.
    private static func numbered(_ json: JSONValue, _ count: inout Int) -> ConfigNode {
        func place() -> ConfigPlace {
            count += 1
            return ConfigPlace(file: "p", line: count, column: 1)
        }
        let here = place()
        switch json {
        case .array(let elements): return ConfigNode(.sequence(elements.map { numbered($0, &count) }), at: here)
        case .object(let object):
            let members = object.members.map { member in
                let keyPlace = place()
                return ConfigMember(key: member.key, keyPlace: keyPlace, value: numbered(member.value, &count))
            }
            return ConfigNode(.mapping(members), at: here)
        default: return ConfigNode(json: json, at: here)
        }
    }

    private static func kept(_ node: ConfigNode, _ pattern: Pattern) -> Outcome {
        let place = ConfigPlace(file: "p", line: 1, column: 1)
        let rule = RuleSettings(
            name: "r", events: [.init(type: event.type, place: place)], match: node, orderBy: nil, deliver: [],
            place: place)
        do {
            let source = try RuleBookSource(archive: RuleBookSource(rules: [rule], targets: [TargetSettings]()).archive)
            guard let match = source.rules.first?.match else { return .broken("the kept pattern is gone") }
            let (again, diagnostics) = PatternCompiler.compile(match, shapes: nil)
            guard let again else { return .broken("the kept pattern is refused: \(diagnostics)") }
            guard again == pattern else { return .broken("the kept pattern is another one") }
            let verdicts = [pattern, again].map { Matcher([.init(types: [event.type], pattern: $0)]).matches(event) }
            guard verdicts[0] == verdicts[1] else { return .broken("the kept pattern has another verdict") }
            return .fine("accepted, \(pattern.clauses.count) clauses, \(pattern.choices.count) choices, \(verdicts[0])")
        } catch {
            return .broken("the kept rule book cannot be read: \(error)")
        }
    }

    static let event: EventView = {
        let data: JSONValue = [
            "a": ["x", 300, nil, "10.0.0.1", ["b": "x"]], "b": "ab", "x": [["a": 1, "b": 2], ["a": 2]], "line": "a\nb",
        ]
        let captured = CapturedEvent(
            type: "order.placed", subject: "order/7", time: Timestamp(milliseconds: 1_795_341_600_123), data: data,
            origin: EventOrigin(position: 1, nonce: 2, ordinal: 0))
        return EventView(captured, source: "/shop")
    }()
}
