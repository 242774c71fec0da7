import ArgumentParser
import CallbackCore
import CallbackStore

/// `callbackd events list`
struct EventsList: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "The latest events, oldest first.")

    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var filter: EventFilterOptions
    @OptionGroup var limit: LimitOption
    @OptionGroup var json: JSONFlag

    @Option(help: "Nothing older: a moment (2026-11-22T10:00:00Z) or how long ago (2h).")
    var since: MomentArgument?

    func run() throws {
        let state = try OpenedState(configuration)
        var wanted = filter.filter
        wanted.since = since?.timestamp(now: SystemTimekeeper().now())
        let events = try state.queries.events(wanted, limit: limit.count)
        if json.isOn { return JSONOutput.print(events.map(\.json)) }
        if events.isEmpty { return Terminal.say("no event fits") }
        Table(events).print(Terminal.palette())
    }
}
