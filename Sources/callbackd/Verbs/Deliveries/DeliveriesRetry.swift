import ArgumentParser
import CallbackCore

/// `callbackd deliveries retry`
struct DeliveriesRetry: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry", abstract: "Do not wait any longer: try deferred or held deliveries at once.",
        discussion: """
            An uncertain delivery, which may have been processed, is asked about at once and sent only if it was not. \
            With --even-if-processed it is sent without asking.
            """)

    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var deliveries: DeliveryArguments
    @OptionGroup var json: JSONFlag

    @Flag(name: .customLong("even-if-processed"), help: "Send uncertain deliveries again without asking.")
    var evenIfProcessed = false

    func validate() throws {
        guard !deliveries.ids.isEmpty else {
            throw ValidationError("name at least one delivery, or - for standard input")
        }
    }

    func run() throws {
        let answer = try Change(configuration).perform(try deliveries.all()) {
            evenIfProcessed ? .retryAnyway($0) : .retry($0)
        }
        try answer.show(json: json.isOn)
    }
}
