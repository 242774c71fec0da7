import ArgumentParser
import CallbackControl
import CallbackCore
import CallbackStore

/// `callbackd deliveries list`
struct DeliveriesList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "The latest deliveries, oldest first; or with --stuck what waits, and why.",
        discussion: """
            --stuck lists what waits for more than its turn, the oldest first, with the reason: deferred, held or parked \
            itself, behind another one that is, or because its target takes nothing.
            """)

    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var filter: DeliveryFilterOptions
    @OptionGroup var limit: LimitOption
    @OptionGroup var json: JSONFlag

    @Option(help: "Only deliveries in this state.")
    var state: DeliveryState?

    @Option(
        name: .customLong("older-than"),
        help: ArgumentHelp("Only deliveries of events that are older than this, such as 1h.", valueName: "duration"))
    var olderThan: DurationArgument?

    @Flag(help: "Only what waits for more than its turn, and why.")
    var stuck = false

    func validate() throws {
        guard stuck, let state, state.isFinished else { return }
        throw ValidationError("--stuck lists what waits, and a delivery that is \(state.rawValue) does not")
    }

    func run() throws {
        let opened = try OpenedState(configuration)
        try opened.queries.refuseUnknown(target: filter.target, rule: filter.rule)
        let now = SystemTimekeeper().now()
        var wanted = filter.filter(state)
        wanted.before = olderThan.map { now + .milliseconds(-$0.duration.milliseconds) }
        if stuck { return try showStuck(wanted, opened, now) }
        let found = try opened.queries.deliveries(wanted, current: opened.current, limit: limit.count)
        if json.isOn { return JSONOutput.print(found.map(\.json)) }
        if found.isEmpty { return Terminal.say("no delivery fits") }
        Table(found).print(Terminal.palette())
    }

    private func showStuck(_ wanted: DeliveryFilter, _ opened: OpenedState, _ now: Timestamp) throws {
        let daemon = DaemonSight(opened.configuration)
        let found = try opened.queries.stuck(
            wanted, stops: daemon.stops, now: now, current: opened.current, limit: limit.count)
        if let note = daemon.note { Terminal.say("callbackd: \(note)") }
        if json.isOn { return JSONOutput.print(found.map(\.json)) }
        if found.isEmpty { return Terminal.say("nothing that fits waits for more than its turn") }
        Table(stuck: found, now: now).print(Terminal.palette())
        if found.count == limit.count {
            Terminal.say("callbackd: these are the oldest \(found.count); `callbackd shape` counts all that wait")
        }
    }
}
