import ArgumentParser
import CallbackCore

/// `callbackd deliveries retry`
struct DeliveriesRetry: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry", abstract: "Do not wait any longer: try deferred or held deliveries at once.")

    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var deliveries: DeliveryArguments
    @OptionGroup var json: JSONFlag

    func validate() throws {
        guard !deliveries.ids.isEmpty else {
            throw ValidationError("name at least one delivery, or - for standard input")
        }
    }

    func run() throws {
        let answer = try Change(configuration).perform(try deliveries.all()) { .retry($0) }
        try answer.show(json: json.isOn)
    }
}
