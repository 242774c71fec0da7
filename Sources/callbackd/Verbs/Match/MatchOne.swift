import ArgumentParser
import CallbackConfig
import CallbackCore
import CallbackRules
import Glibc

/// `callbackd match --pattern`: prints the events that match.
enum MatchOne {
    /// - Throws: `VerbFailure` where pattern or events cannot be used, and with exit code 1 where nothing matches.
    static func run(_ path: String, events: LineReader, isCount: Bool) throws {
        let session = try matcher(path).session()
        var output = LineOutput()
        var matched = 0
        var wrong = 0
        while let line = try events.next() {
            do throws(JSONError) {
                guard try session.match(line) > 0 else { continue }
            } catch {
                wrong += 1
                Terminal.say("\(events.name):\(events.number): \(error)")
                continue
            }
            matched += 1
            if !isCount {
                try output.print(line)
                // Whoever waits for events to come sees each one when it is there.
                if events.isDrained { try output.flush() }
            }
        }
        if isCount { try output.print("\(matched)") }
        try output.flush()
        if wrong > 0 {
            throw VerbFailure(.badData, "\(events.name): \(wrong) line\(wrong == 1 ? " is" : "s are") no event")
        }
        if matched == 0 { throw ExitCode(ExitStatus.checkFailed.rawValue) }
    }

    private static func matcher(_ path: String) throws -> Matcher {
        let document = PatternDocument(path: path)
        var diagnostics = document.diagnostics
        var pattern: Pattern?
        if let node = document.pattern, !diagnostics.contains(where: { $0.severity == .error }) {
            let compiled = PatternCompiler.compile(node, shapes: nil)
            pattern = compiled.0
            diagnostics += compiled.1
        }
        guard let pattern else {
            let printer = DiagnosticPrinter(
                files: document.files, usesColour: Terminal.palette(for: STDERR_FILENO).isOn)
            Terminal.say(printer.human(diagnostics))
            let status: ExitStatus = document.files.isEmpty ? .noInput : .badData
            throw VerbFailure(status, "the pattern \(path) cannot be used")
        }
        var builder = MatcherBuilder()
        builder.add(types: nil, pattern: pattern)
        return builder.build()
    }
}
