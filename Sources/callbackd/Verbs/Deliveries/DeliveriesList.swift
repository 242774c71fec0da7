import ArgumentParser
import CallbackCore
import CallbackStore

/// `callbackd deliveries list`
struct DeliveriesList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "The latest deliveries, oldest first.")

    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var filter: DeliveryFilterOptions
    @OptionGroup var limit: LimitOption
    @OptionGroup var json: JSONFlag

    @Option(help: "Only deliveries in this state.")
    var state: DeliveryState?

    func run() throws {
        let opened = try OpenedState(configuration)
        let found = try opened.queries.deliveries(filter.filter(state), current: opened.current, limit: limit.count)
        if json.isOn { return JSONOutput.print(found.map(\.json)) }
        Table(found).print(Terminal.palette())
    }
}
