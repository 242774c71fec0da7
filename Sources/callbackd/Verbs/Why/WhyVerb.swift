import ArgumentParser
import CallbackCore
import CallbackRules
import CallbackStore

/// `callbackd why`
struct WhyVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "why",
        abstract: "Why an event became callbacks, or did not: the change, each rule's verdict, each attempt.",
        discussion: """
            Rules are those that were in force when the event was recorded. Without an event, the latest ones that \
            --subject, --type and --since choose.
            """)

    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var json: JSONFlag
    @OptionGroup var filter: EventFilterOptions

    @Argument(help: "The event's id (evt_…) or its number.")
    var event: String?

    @Option(help: "Only events from then on: a moment (2026-11-22T10:00:00Z) or how long ago (1h).")
    var since: MomentArgument?

    @Option(help: "Only this rule's verdict.")
    var rule: String?

    @Flag(help: "Name also the rules that are for events of other types.")
    var all = false

    @Option(help: "At most so many events, the latest ones.")
    var limit = 10

    func validate() throws {
        let chooses = filter.type != nil || filter.subject != nil || since != nil
        guard event != nil || chooses else {
            throw ValidationError("name an event, or choose some with --subject, --type or --since")
        }
        guard event == nil || !chooses else {
            throw ValidationError("name an event, or choose some with --subject, --type or --since: not both")
        }
        guard (1...10_000).contains(limit) else { throw ValidationError("--limit is 1 to 10000") }
    }

    func run() throws {
        let usable = try LoadedConfiguration.usable(path: configuration.path)
        let state = try OpenedState(usable.configuration)
        let chosen = try events(state, usable.loaded.catalog)
        var inquiry = try WhyInquiry(state, configured: usable.book)
        if let rule { try refuseUnknown(RuleName(rule), for: chosen, &inquiry) }
        var printed: [JSONValue] = []
        for (index, event) in chosen.enumerated() {
            let answer = try inquiry.answer(about: event)
            if json.isOn {
                printed.append(answer.json(only: rule.map { RuleName($0) }, all: all))
            } else {
                if index > 0 { Terminal.print("") }
                let view = WhyView(
                    answer: answer, palette: Terminal.palette(), only: rule.map { RuleName($0) }, namesAll: all)
                Terminal.print(view.lines.joined(separator: "\n"))
            }
        }
        if json.isOn { JSONOutput.print(printed) }
    }

    // MARK: Which events

    private func events(_ state: OpenedState, _ catalog: EventCatalog) throws -> [EventDetail] {
        if let event {
            guard let found = try state.queries.event(event, current: state.current) else {
                throw VerbFailure(
                    .noInput,
                    "there is no event \(event.harmless) in the journal: \(try Self.reach(of: state.queries, nil))")
            }
            return [found]
        }
        var wanted = filter.filter
        wanted.since = since?.timestamp(now: SystemTimekeeper().now())
        let found = try state.queries.events(wanted, limit: limit)
        guard !found.isEmpty else { throw try nothing(wanted, state, catalog) }
        return try found.compactMap { try state.queries.event("\($0.sequence)", current: state.current) }
    }

    /// Says what was looked for, what is close to it, and how far back the journal reaches.
    private func nothing(_ wanted: EventFilter, _ state: OpenedState, _ catalog: EventCatalog) throws -> VerbFailure {
        var words = "no event was recorded"
        if let type = wanted.type { words += " of type \(type.rawValue.harmless)" }
        if let subject = wanted.subject { words += " about \(subject.harmless)" }
        if let since = wanted.since { words += " since \(since)" }
        if let type = wanted.type, catalog.shapes[type] == nil {
            let known = catalog.shapes.keys.map(\.rawValue).sorted()
            words += "; no source gives such a type"
            if let close = DidYouMean.closest(to: type.rawValue, among: known) { words += ", did you mean \(close)?" }
        } else if let subject = wanted.subject, wanted.type != nil || wanted.since != nil,
            let other = try state.queries.events(EventFilter(subject: subject), limit: 1).last
        {
            words += "; the latest event about it is \(other.sequence), \(other.type) at \(other.time)"
        }
        return VerbFailure(.noInput, "\(words): \(try Self.reach(of: state.queries, wanted.since))")
    }

    private static func reach(of queries: StateQueries, _ since: Timestamp?) throws -> String {
        let span = JournalSpan(
            since: since ?? Timestamp(milliseconds: .min), until: Timestamp(milliseconds: .max))
        let reach = try queries.reach(of: span)
        guard let oldest = reach.oldest, let latest = reach.latest else { return "the journal is empty" }
        let before = oldest.sequence > 1 ? ", finished ones before it were removed by retention" : ""
        return "the journal reaches from event \(oldest.sequence) at \(oldest.time) to \(latest.sequence)\(before)"
    }

    private func refuseUnknown(_ rule: RuleName, for events: [EventDetail], _ inquiry: inout WhyInquiry) throws {
        var names: Set<RuleName> = []
        for event in events { names.formUnion(try inquiry.ruleNames(concerning: event)) }
        guard !names.contains(rule) else { return }
        let hint = DidYouMean.hint(for: rule.rawValue, among: names.map(\.rawValue))
        throw VerbFailure(
            .noInput, "there is no rule \"\(rule.rawValue.harmless)\", neither now nor then: \(hint)")
    }
}
