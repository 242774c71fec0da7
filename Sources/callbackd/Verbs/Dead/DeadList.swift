import ArgumentParser
import CallbackCore
import CallbackStore

/// `callbackd dead list`
struct DeadList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "The latest dead letters, oldest first.")

    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var filter: DeliveryFilterOptions
    @OptionGroup var limit: LimitOption
    @OptionGroup var json: JSONFlag

    func run() throws {
        let found = try OpenedState(configuration).queries.deadLetters(filter.filter(), limit: limit.count)
        if json.isOn { return JSONOutput.print(found.map(\.json)) }
        Table(found).print(Terminal.palette())
    }
}
