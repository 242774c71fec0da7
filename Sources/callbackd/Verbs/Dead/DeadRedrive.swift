import ArgumentParser
import CallbackCore

/// `callbackd dead redrive`
struct DeadRedrive: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "redrive", abstract: "Queue dead letters again, with the same webhook-id.",
        discussion: """
            A dead letter that may have been processed (reason uncertain) is asked about first where its target has \
            verify, and else refused without --even-if-processed.
            """)

    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var selection: DeadSelection

    @Flag(name: .customLong("even-if-processed"), help: "Send also what may have been processed, without asking.")
    var evenIfProcessed = false

    func run() throws {
        try selection.perform(configuration) {
            evenIfProcessed ? .redriveAnyway($0) : .redrive($0)
        }
    }
}
