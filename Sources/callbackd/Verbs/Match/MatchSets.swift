import CallbackCore
import CallbackRules

/// `callbackd match --patterns`: many patterns at once.
enum MatchSets {
    /// Prints for each event the numbers of the patterns that match.
    /// - Throws: `VerbFailure` with exit code 65 where a line was no event; its own line says so.
    static func run(_ patterns: PatternLines, events: LineReader) throws {
        let session = patterns.matcher.session()
        var output = LineOutput()
        var wrong = 0
        while let line = try events.next() {
            let count: Int
            do throws(JSONError) {
                count = try session.match(line)
            } catch {
                wrong += 1
                try output.print("error: \(error)")
                continue
            }
            try output.print(count > 0 ? "[\(session.rules.map(String.init).joined(separator: ","))]" : "[]")
        }
        try output.flush()
        try finish(events, wrong)
    }

    /// Prints how many verdicts were positive, and how long it took: from the events' bytes in memory to the verdicts.
    static func count(_ patterns: PatternLines, events: LineReader, compilation: Duration) throws {
        let memory = try LinesInMemory(events)
        let session = patterns.matcher.session()
        var matches = 0
        var wrong = 0
        let begin = ContinuousClock.now
        for line in memory.lines {
            do throws(JSONError) { matches += try session.match(line) } catch { wrong += 1 }
        }
        let spent = ContinuousClock.now - begin
        report(patterns, memory.lines.count, matches, compilation, spent)
        try finish(events, wrong)
    }

    /// The same for events that are values in memory already, as they are when a source has captured them.
    static func countCaptured(_ patterns: PatternLines, events: LineReader, compilation: Duration) throws {
        var views: [EventView] = []
        while let line = try events.next() {
            // The error below names the line.
            guard let json = try? JSONParser.parse(line),
                let view = EventView(cloudEvent: json, time: Timestamp(milliseconds: 0))
            else {
                throw VerbFailure(
                    .badData, "\(events.name):\(events.number): no event with \"type\", \"subject\" and \"data\"")
            }
            views.append(view)
        }
        let session = patterns.matcher.session()
        // Each event often: what was captured a moment ago is in the processor's cache.
        let rounds = max(1, 400_000 / max(views.count, 1))
        var matches = 0
        let begin = ContinuousClock.now
        views.withUnsafeBufferPointer { views in
            guard let first = views.baseAddress else { return }
            for _ in 0..<rounds {
                for index in views.indices { matches += session.match(first + index) }
            }
        }
        report(patterns, views.count * rounds, matches, compilation, ContinuousClock.now - begin)
    }

    private static func report(
        _ patterns: PatternLines, _ events: Int, _ matches: Int, _ compilation: Duration, _ spent: Duration
    ) {
        Terminal.print(
            "patterns=\(patterns.count) events=\(events) matches=\(matches) "
                + "compile=\(compilation.decimalSeconds) seconds=\(spent.decimalSeconds)")
    }

    private static func finish(_ events: LineReader, _ wrong: Int) throws {
        guard wrong > 0 else { return }
        throw VerbFailure(.badData, "\(events.name): \(wrong) line\(wrong == 1 ? " is" : "s are") no event")
    }
}

extension Duration {
    /// Seconds with six digits behind the point.
    fileprivate var decimalSeconds: String {
        let (seconds, attoseconds) = components
        let micros = String(attoseconds / 1_000_000_000_000)
        return "\(seconds).\(String(repeating: "0", count: max(6 - micros.count, 0)))\(micros)"
    }
}
