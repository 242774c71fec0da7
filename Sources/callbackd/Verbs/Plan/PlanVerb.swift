import ArgumentParser
import CallbackCore
import CallbackRules
import CallbackStore
import Glibc

/// `callbackd plan`
struct PlanVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "What another configuration would have made of the recorded events, before it is in force.",
        discussion: """
            Nothing is sent and nothing is changed. Ends with 0 where it could answer, with 78 where the new \
            configuration is wrong, with 66 where there is no state file yet.
            """)

    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var json: JSONFlag

    @Argument(help: ArgumentHelp("The configuration that is to come into force.", valueName: "new.yaml"))
    var new: String

    @Option(help: "Events from then on: a moment (2026-11-22T10:00:00Z) or how long ago (7d).")
    var since: MomentArgument = .ago(.seconds(7 * 86_400))

    @Option(help: "Events before then: a moment, or how long ago. Without it, up to now.")
    var until: MomentArgument?

    @Option(help: "Show at most this many examples for each rule, target and kind of change.")
    var limit = 3

    @Flag(name: .customLong("exit-code"), help: "End with 1 where something would change.")
    var exitCode = false

    func validate() throws {
        guard (0...10_000).contains(limit) else { throw ValidationError("--limit is 0 to 10000") }
    }

    func run() throws {
        let span = try span(now: SystemTimekeeper().now())
        // What is to come is judged first: its mistakes are what the operator wants to hear of.
        let coming = try LoadedConfiguration.usable(path: new)
        if !coming.loaded.diagnostics.isEmpty {
            Terminal.say(coming.loaded.human(colour: Terminal.palette(for: STDERR_FILENO).isOn))
        }
        let current = try LoadedConfiguration.usable(path: configuration.path)
        let state = try OpenedState(current.configuration)
        let plan = RulePlan(
            after: try RuleEdition(inForce: coming.book), catalog: coming.loaded.catalog,
            sources: Set(coming.configuration.sources.map(\.name)), examples: limit)
        let replay = PlanReplay(queries: state.queries, span: span, current: current.book)
        let report = PlanReport(path: new, span: span, result: try replay.run(plan))
        if json.isOn { JSONOutput.print(report.json) } else { report.print(Terminal.palette()) }
        if exitCode, report.changesSomething { throw ExitCode(ExitStatus.checkFailed.rawValue) }
    }

    private func span(now: Timestamp) throws -> JournalSpan {
        let end = until?.timestamp(now: now) ?? Timestamp(milliseconds: .max)
        let start = since.timestamp(now: now)
        guard start < end else {
            throw ValidationError("--since (\(start)) is not before --until (\(end))")
        }
        return JournalSpan(since: start, until: end)
    }
}
