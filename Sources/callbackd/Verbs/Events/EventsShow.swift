import ArgumentParser
import CallbackCore
import CallbackStore

/// `callbackd events show`
struct EventsShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "One event with its data and its deliveries.")

    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var json: JSONFlag

    @Argument(help: "The event's id (evt_…) or its number.")
    var event: String

    func run() throws {
        let state = try OpenedState(configuration)
        guard let found = try state.queries.event(event, current: state.current) else {
            throw VerbFailure(.noInput, "there is no event \(event) in the journal; finished ones are removed in time")
        }
        if json.isOn { return JSONOutput.print(found.json) }
        let palette = Terminal.palette()
        let summary = found.summary
        Terminal.print(
            "\(palette(.bold, "event \(summary.sequence)"))  \(palette(.cyan, summary.type.rawValue.harmless))")
        for (name, text) in [
            ("id", summary.id.rawValue), ("subject", summary.subject), ("source", summary.source.rawValue),
            ("time", summary.time.description), ("rule book", "\(found.book)"),
        ] {
            Terminal.print("\(palette(.dim, name.padded(to: 10)))\(text.harmless)")
        }
        if found.isPastRetention {
            Terminal.print("\(palette(.dim, "data".padded(to: 10)))\(palette(.yellow, RetentionWords.payload))")
        } else {
            let data = found.json["event"]?["data"] ?? .null
            Terminal.print("\(palette(.dim, "data"))\n\(data.indented(1))")
        }
        if !found.deliveries.isEmpty {
            Terminal.print("")
            Table(found.deliveries).print(palette)
        }
    }
}
