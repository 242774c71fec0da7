import ArgumentParser
import CallbackCore

/// `callbackd replay cancel`
struct ReplayCancel: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel", abstract: "End a replay and cancel what of it waits.")

    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var json: JSONFlag

    @Argument(help: "The replay's number, as replay list shows it.")
    var number: Int64

    func run() throws {
        try Change(configuration).perform(.cancelReplay(number)).show(json: json.isOn)
    }
}
