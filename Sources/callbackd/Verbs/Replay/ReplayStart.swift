import ArgumentParser
import CallbackCore
import CallbackEngine
import CallbackStore

/// `callbackd replay TARGET --since …`
struct ReplayStart: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "start",
        abstract: "Send events of the journal to one target once more, such as to one that was restored from a backup.",
        discussion: """
            Every event of the time and kind goes there: as the rules in force send it, and where none does, in the \
            target's own format. Each delivery has a new webhook-id; --same-id repeats what the target has taken, with \
            the webhook-ids of then. The word "start" may be left out.
            """)

    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var json: JSONFlag

    @Argument(help: "The target's name.")
    var target: String

    @Option(help: "Events from then on: a moment (2026-11-22T10:00:00Z) or how long ago (2h).")
    var since: MomentArgument

    @Option(help: "Events before then: a moment, or how long ago. Without it, up to now.")
    var until: MomentArgument?

    @Option(help: "Only events of this type; may be repeated.")
    var type: [String] = []

    @Option(help: "Only events about this, such as plan_item/1234.")
    var subject: String?

    @Option(help: "Only what this rule sends there.")
    var rule: String?

    @Flag(help: "Only what some rule sends there.")
    var matched = false

    @Flag(name: .customLong("same-id"), help: "Repeat what the target has taken, with the webhook-ids of then.")
    var sameID = false

    @Flag(name: .customLong("dry-run"), help: "Only count what would be sent, by rule.")
    var dryRun = false

    @Option(help: "How many enter the queue in a time, such as 50/s or 600/m.")
    var rate = RateArgument.usual

    func run() throws {
        let usable = try LoadedConfiguration.usable(path: configuration.path)
        let state = try OpenedState(usable.configuration)
        let request = try request(usable.configuration, state.queries)
        let reach = try state.queries.reach(of: request.span)
        if reach.count == 0 {
            let words = reach.limits(of: request.span).map(\.message)
            throw VerbFailure(.noInput, words.joined(separator: "; "))
        }
        if dryRun {
            let forecast = try ReplayForecast(request, book: usable.book, queries: state.queries)
            return ReplayForecastView(request: request, forecast: forecast, limits: reach.limits(of: request.span))
                .show(json: json.isOn)
        }
        let answer = try Change(usable.configuration).perform(.replay(request))
        try answer.show(json: json.isOn)
        for limit in reach.limits(of: request.span) { Terminal.say("note: \(limit.message.harmless)") }
        Terminal.say("callbackd replay list shows how far it is; it goes on whenever the daemon runs")
    }

    private func request(_ configuration: Configuration, _ queries: StateQueries) throws -> ReplayRequest {
        let now = SystemTimekeeper().now()
        let start = since.timestamp(now: now)
        let end = until?.timestamp(now: now) ?? Timestamp(milliseconds: .max)
        guard start < end else { throw ValidationError("--since (\(start)) is not before --until (\(end))") }
        try Self.refuseUnknown("target", target, among: configuration.targets.map(\.name.rawValue))
        if let rule {
            let then = sameID ? try queries.names().rules.map(\.rawValue) : []
            try Self.refuseUnknown("rule", rule, among: configuration.rules.map(\.name.rawValue) + then)
        }
        return ReplayRequest(
            target: target, since: start.milliseconds, until: end.milliseconds, types: type, subject: subject,
            rule: rule, onlyMatched: matched, sameID: sameID, rate: rate.perSecond)
    }

    private static func refuseUnknown(_ kind: String, _ name: String, among known: [String]) throws {
        guard !known.contains(name) else { return }
        let hint = DidYouMean.hint(for: name, among: known)
        throw VerbFailure(.noInput, "there is no \(kind) \"\(name.harmless)\" in the configuration: \(hint)")
    }
}

extension ReplayRequest {
    var span: JournalSpan {
        JournalSpan(since: Timestamp(milliseconds: since), until: Timestamp(milliseconds: until))
    }
}
