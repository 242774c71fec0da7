import ArgumentParser
import CallbackCore

/// `callbackd deliveries hold`
struct DeliveriesHold: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hold", abstract: "Stop deliveries, and with them what comes after them in order.")

    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var deliveries: DeliveryArguments
    @OptionGroup var json: JSONFlag

    func validate() throws {
        guard !deliveries.ids.isEmpty else {
            throw ValidationError("name at least one delivery, or - for standard input")
        }
    }

    func run() throws {
        let answer = try Change(configuration).perform(try deliveries.all()) { .hold($0) }
        try answer.show(json: json.isOn)
    }
}
