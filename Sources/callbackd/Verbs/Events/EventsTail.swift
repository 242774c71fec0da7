import ArgumentParser
import CallbackCore
import CallbackStore
import Glibc

/// `callbackd events tail`
struct EventsTail: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tail", abstract: "The last events, and each new one as it comes, until Ctrl-C.")

    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var filter: EventFilterOptions
    @OptionGroup var json: JSONFlag

    @Option(help: "Begin after this event number instead of with the last ten.")
    var after: Int64?

    private static let page = 500

    func run() throws {
        let queries = try OpenedState(configuration).queries
        let palette = Terminal.palette()
        var last: Int64
        if let after {
            last = after
        } else {
            // What comes between these two readings is shown by the loop below.
            last = try queries.lastSequence()
            for event in try queries.events(filter.filter, limit: 10) where event.sequence <= last {
                show(event, palette)
            }
        }
        while true {
            // Read before the events, so that everything up to it has been looked at when the page is not full.
            let newest = try queries.lastSequence()
            let events = try queries.events(filter.filter, after: last, limit: Self.page)
            for event in events { show(event, palette) }
            guard events.count < Self.page else {
                last = events.last?.sequence ?? last
                continue
            }
            last = max(last, newest, events.last?.sequence ?? 0)
            // A quarter of a second is soon enough for an eye, and costs one look at the end of a table.
            usleep(250_000)
        }
    }

    private func show(_ event: EventSummary, _ palette: Palette) {
        if json.isOn { return JSONOutput.print(event.json) }
        let deliveries = event.deliveries == 1 ? "1 delivery" : "\(event.deliveries) deliveries"
        Terminal.print(
            "\(palette(.bold, "\(event.sequence)"))  \(event.time)  \(palette(.cyan, event.type.rawValue.harmless))  "
                + "\(event.subject.harmless)  \(palette(.dim, deliveries))")
    }
}
