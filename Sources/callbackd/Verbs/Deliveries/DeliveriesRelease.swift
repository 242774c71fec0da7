import ArgumentParser
import CallbackCore

/// `callbackd deliveries release`
struct DeliveriesRelease: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "release", abstract: "Let held deliveries go on.")

    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var deliveries: DeliveryArguments
    @OptionGroup var json: JSONFlag

    func validate() throws {
        guard !deliveries.ids.isEmpty else {
            throw ValidationError("name at least one delivery, or - for standard input")
        }
    }

    func run() throws {
        let answer = try Change(configuration).perform(try deliveries.all()) { .release($0) }
        try answer.show(json: json.isOn)
    }
}
