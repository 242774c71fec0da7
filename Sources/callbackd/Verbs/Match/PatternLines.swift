import CallbackConfig
import CallbackCore
import CallbackRules

/// Patterns, one a line, compiled into one matcher.
struct PatternLines {
    let matcher: Matcher
    let count: Int

    /// - Throws: `VerbFailure` with exit code 65 where a line is no pattern; what is wrong with each is on standard
    ///   error by then.
    init(_ reader: LineReader) throws {
        var builder = MatcherBuilder()
        var count = 0
        var wrong = 0
        while let line = try reader.next() {
            switch Self.compile(line, file: reader.name, line: reader.number) {
            case .success(let pattern): builder.add(types: nil, pattern: pattern)
            case .failure(let problem):
                wrong += 1
                if wrong <= Self.mostReports { Terminal.say(problem.description) }
            }
            count += 1
        }
        guard wrong == 0 else {
            let more = wrong > Self.mostReports ? ", of which the first \(Self.mostReports) are shown" : ""
            throw VerbFailure(.badData, "\(reader.name): \(wrong) of \(count) lines are no patterns\(more)")
        }
        self.count = count
        matcher = builder.build()
    }

    private static let mostReports = 100

    /// What is wrong with a pattern, in one line.
    struct Problem: Error, CustomStringConvertible {
        let place: ConfigPlace?
        let message: String

        var description: String {
            place.map { "\($0.file):\($0.line):\($0.column): \(message)" } ?? message
        }
    }

    /// Compiles the text of one pattern.
    static func compile(
        _ text: UnsafeBufferPointer<UInt8>, file: String, line: Int
    ) -> Result<Pattern, Problem> {
        let node: ConfigNode
        do throws(JSONError) {
            node = try JSONNodeReader.read(text, file: file, line: line)
        } catch {
            let place = ConfigPlace(file: file, line: line, column: error.offset + 1)
            return .failure(Problem(place: place, message: error.message))
        }
        let (pattern, diagnostics) = PatternCompiler.compile(node, shapes: nil)
        if let pattern { return .success(pattern) }
        let first = diagnostics.first { $0.severity == .error }
        let help = first?.help.map { " (\($0))" } ?? ""
        let words = first.map { "\($0.code): \($0.message)\(help)" } ?? "it is no pattern"
        return .failure(Problem(place: first?.place, message: words))
    }
}
