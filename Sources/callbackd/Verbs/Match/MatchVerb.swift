import ArgumentParser
import CallbackConfig
import CallbackCore
import CallbackRules
import Glibc

/// `callbackd match`
struct MatchVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "match", abstract: "A grep for events: which of them match a pattern.",
        discussion: """
            With --pattern, prints the events that match; exit 1 where none does. With --patterns, prints for each event \
            a JSON list of the numbers of the patterns that match, counted from 0. With --pairs, prints true, false or \
            error for each line {"rule": …, "event": …}. Events are JSON, one a line; - is standard input.
            """)

    @Option(help: "A file with one pattern, in YAML or JSON.", completion: .file())
    var pattern: String?

    @Option(help: "A file with one pattern a line, in JSON.", completion: .file())
    var patterns: String?

    @Option(help: "The events for --patterns.", completion: .file())
    var events: String?

    @Option(help: "A file with one pair of rule and event a line.", completion: .file())
    var pairs: String?

    @Flag(help: "Print only how many match, and with --patterns how long it took.")
    var count = false

    @Flag(help: "With --count: measure events that are values in memory, each one many times.")
    var captured = false

    @Argument(help: "The events; standard input where it is left out.", completion: .file())
    var input: String?

    func validate() throws {
        let modes = [pattern, patterns, pairs].compactMap { $0 }
        guard modes.count == 1 else {
            throw ValidationError("one of --pattern, --patterns and --pairs is needed")
        }
        guard !captured || (count && patterns != nil) else {
            throw ValidationError("--captured is for --patterns with --count")
        }
        guard events == nil || input == nil else { throw ValidationError("name the events once: --events or argument") }
        guard patterns != "-" || (events ?? input ?? "-") != "-" else {
            throw ValidationError("patterns and events cannot both come from standard input")
        }
        guard pairs == nil || (events == nil && input == nil && !count) else {
            throw ValidationError("--pairs has the events in its own lines, and prints each verdict")
        }
    }

    func run() throws {
        if let pairs { return try MatchPairs.run(LineReader(pairs)) }
        let source = events ?? input ?? "-"
        if let pattern { return try MatchOne.run(pattern, events: LineReader(source), isCount: count) }
        guard let patterns else { return }
        let begin = ContinuousClock.now
        let rules = try PatternLines(LineReader(patterns))
        let compilation = ContinuousClock.now - begin
        if captured {
            try MatchSets.countCaptured(rules, events: LineReader(source), compilation: compilation)
        } else if count {
            try MatchSets.count(rules, events: LineReader(source), compilation: compilation)
        } else {
            try MatchSets.run(rules, events: LineReader(source))
        }
    }
}
