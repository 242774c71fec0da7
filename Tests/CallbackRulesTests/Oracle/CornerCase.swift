import FoundationEssentials

/// One line of the corpus: a pattern and an event as they were written, and what must come of them.
struct CornerCase {
    enum Expectation: Equatable {
        case verdict(Bool)
        /// The pattern, or the event, is refused.
        case refusal
    }

    let line: Int
    let rule: [UInt8]
    let event: [UInt8]
    let expectation: Expectation
    let reason: String

    /// Reads the corpus beside the tests.
    static func corpus() throws -> [CornerCase] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let bytes = [UInt8](try Data(contentsOf: folder.appending(path: "Corpus/patterns.jsonl")))
        let lines = bytes.split(separator: UInt8(ascii: "\n"))
        return try lines.enumerated().map { try CornerCase(Array($1), line: $0 + 1) }
    }

    private init(_ bytes: [UInt8], line: Int) throws {
        var texts: [String: [UInt8]] = [:]
        var reader = TextJSONReader(bytes)
        try reader.object { reader, key in
            let start = reader.position
            _ = try reader.value()
            texts[String(decoding: key, as: UTF8.self)] = Array(bytes[start..<reader.position])
        }
        try reader.end()
        guard let rule = texts["rule"], let event = texts["event"], let expect = texts["expect"],
            let why = texts["why"], case .string(let reason) = try TextJSON.parse(why)
        else { throw Refusal("members") }
        self.line = line
        self.rule = rule
        self.event = event
        self.reason = String(decoding: reason, as: UTF8.self)
        switch try TextJSON.parse(expect) {
        case .bool(let flag): expectation = .verdict(flag)
        case .string: expectation = .refusal
        default: throw Refusal("expect")
        }
    }

    /// What an evaluator makes of the case.
    func outcome(_ matches: (_ pattern: [UInt8], _ event: [UInt8]) throws -> Bool) -> Expectation {
        do { return .verdict(try matches(rule, event)) } catch { return .refusal }
    }

    /// The case as a report shows it.
    var text: String {
        "line \(line), \(reason): \(String(decoding: rule, as: UTF8.self)) \(String(decoding: event, as: UTF8.self))"
    }
}
