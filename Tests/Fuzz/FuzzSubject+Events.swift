import CallbackCore
import CallbackRules

extension FuzzSubject {
    /// Events as text: the matcher's scanner refuses what the JSON reader refuses, at a byte of the text, and what the reader takes
    /// the scanner takes too.
    static let events = FuzzSubject(
        name: "events",
        seeds: {
            try Repository.lines("Tests/CallbackRulesTests/Corpus/patterns.jsonl").compactMap { line in
                guard let start = line.firstRange(of: Array("\"event\": ".utf8))?.upperBound,
                    let end = line.firstRange(of: Array(", \"expect\": ".utf8))?.lowerBound
                else { return nil }
                return Array("{\"data\": ".utf8) + line[start..<end] + Array("}".utf8)
            }
        },
        tokens: json.tokens + [
            "\"data\":{", "\"a\":[", "\"b\":\"x\"", "\"a.b\":1", "\"10.0.0.1\"", "[{\"b\":1},{\"a\":2}]",
        ],
        check: { input in
            let padded = input + [UInt8](repeating: 0, count: EventText.padding)
            let session = matcher.session()
            let scanned: Result<[Int], JSONError> = padded.withUnsafeBufferPointer { buffer in
                do throws(JSONError) {
                    let count = try session.match(UnsafeBufferPointer(rebasing: buffer[..<input.count]))
                    return .success(count > 0 ? session.rules.sorted() : [])
                } catch { return .failure(error) }
            }
            let parsed = try? JSONParser.parse(input)
            switch scanned {
            case .failure(let error):
                guard (0...input.count).contains(error.offset) else { return .broken("byte \(error.offset)") }
                if case .object = parsed { return .broken("the scanner alone refuses it: \(error)") }
                return .fine(error.message)
            case .success(let rules):
                return .fine("\(rules) \(parsed == nil)")
            }
        }
    )

    private static let matcher: Matcher = {
        var builder = MatcherBuilder()
        let patterns = [
            #"{"data":{"a":["x",1,null]}}"#, #"{"data":{"a":[{"prefix":"a"}],"b":[{"exists":false}]}}"#,
            #"{"data":{"x":{"a":[{"numeric":[">",0]}],"b":[{"anything-but":2}]}}}"#,
            #"{"data":{"a":[{"cidr":"10.0.0.0/8"},{"wildcard":"*b*"},{"suffix":{"equals-ignore-case":"É"}}]}}"#,
        ]
        for pattern in patterns {
            guard let json = try? JSONParser.parse(Array(pattern.utf8)) else { continue }
            let node = ConfigNode(json: json, at: ConfigPlace(file: "p", line: 1, column: 1))
            builder.add(types: nil, pattern: PatternCompiler.compile(node, shapes: nil).0)
        }
        return builder.build()
    }()
}
