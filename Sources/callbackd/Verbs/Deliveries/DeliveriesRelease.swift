import ArgumentParser
import CallbackCore

/// `callbackd deliveries release`
struct DeliveriesRelease: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "release", abstract: "Let held deliveries go on.")

    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var deliveries: DeliveryArguments
    @Option(help: "All held deliveries of this subject, also those that follow from too many events.")
    var subject: String?
    @OptionGroup var json: JSONFlag

    func validate() throws {
        guard deliveries.ids.isEmpty != (subject == nil) else {
            throw ValidationError("name deliveries, or - for standard input, or one subject with --subject")
        }
    }

    func run() throws {
        let change = try Change(configuration)
        let answer =
            try subject.map { try change.perform(.releaseSubject($0)) }
            ?? change.perform(try deliveries.all()) { .release($0) }
        try answer.show(json: json.isOn)
    }
}
