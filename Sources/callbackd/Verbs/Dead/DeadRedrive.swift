import ArgumentParser
import CallbackCore

/// `callbackd dead redrive`
struct DeadRedrive: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "redrive", abstract: "Queue dead letters again, with the same webhook-id.")

    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var selection: DeadSelection

    func run() throws {
        try selection.perform(configuration) { .redrive($0) }
    }
}
