import CallbackCore
import CallbackRules

/// The compiled matcher as the tests see it: patterns as texts go in, and for each event the numbers of those that match
/// come out.
struct Engine {
    private let session: MatchSession

    /// - Throws: `Refusal` with the diagnostics where a pattern is refused.
    init(_ patterns: [[UInt8]]) throws { try self.init(try patterns.map(TextJSON.parse)) }

    init(_ patterns: [TextJSON]) throws {
        var builder = MatcherBuilder()
        for pattern in patterns {
            let (compiled, diagnostics) = PatternCompiler.compile(
                ConfigNode.lines(pattern), shapes: nil)
            guard let compiled else { throw Refusal("\(diagnostics)") }
            builder.add(types: nil, pattern: compiled)
        }
        session = builder.build().session()
    }

    /// - Throws: where the event is no JSON object.
    func matches(_ event: [UInt8]) throws -> [Int] {
        let padded = event + [UInt8](repeating: 0, count: EventText.padding)
        let result: Result<Int, JSONError> = padded.withUnsafeBufferPointer { buffer in
            do throws(JSONError) {
                return .success(try session.match(UnsafeBufferPointer(rebasing: buffer[..<event.count])))
            } catch { return .failure(error) }
        }
        return try result.get() > 0 ? session.rules.sorted() : []
    }

    func matches(_ event: EventView) -> [Int] { session.match(event) > 0 ? session.rules.sorted() : [] }

    static func matches(pattern: [UInt8], event: [UInt8]) throws -> Bool { try Engine([pattern]).matches(event) == [0] }
}
