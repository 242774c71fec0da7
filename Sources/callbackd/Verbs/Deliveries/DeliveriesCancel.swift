import ArgumentParser
import CallbackCore

/// `callbackd deliveries cancel`
struct DeliveriesCancel: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel", abstract: "End waiting deliveries without sending them.")

    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var deliveries: DeliveryArguments
    @OptionGroup var json: JSONFlag

    func validate() throws {
        guard !deliveries.ids.isEmpty else {
            throw ValidationError("name at least one delivery, or - for standard input")
        }
    }

    func run() throws {
        let answer = try Change(configuration).perform(try deliveries.all()) { .cancel($0) }
        try answer.show(json: json.isOn)
    }
}
