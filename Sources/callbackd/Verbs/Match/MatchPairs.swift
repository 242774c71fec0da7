import CallbackCore
import CallbackRules

/// `callbackd match --pairs`: one rule against one event on each line.
enum MatchPairs {
    static func run(_ lines: LineReader) throws {
        var output = LineOutput()
        while let line = try lines.next() {
            try output.print(verdict(line, file: lines.name, number: lines.number))
        }
        try output.flush()
    }

    private static func verdict(_ line: UnsafeBufferPointer<UInt8>, file: String, number: Int) -> String {
        do throws(JSONError) {
            let members = try JSONMembers.read(line)
            guard let rule = members.first(where: { $0.name == "rule" })?.value,
                let event = members.first(where: { $0.name == "event" })?.value
            else { return "error: a line needs \"rule\" and \"event\"" }
            switch PatternLines.compile(rule, file: file, line: number) {
            case .failure(let problem): return "error: \(problem.message)"
            case .success(let pattern):
                var builder = MatcherBuilder()
                builder.add(types: nil, pattern: pattern)
                return try builder.build().session().match(event) > 0 ? "true" : "false"
            }
        } catch {
            return "error: \(error)"
        }
    }
}
