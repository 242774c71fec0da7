import ArgumentParser
import CallbackCore

/// `callbackd dead redrive`
struct DeadRedrive: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "redrive",
        abstract: "Queue dead letters again, with the same webhook-id and a new round of their schedule.",
        discussion: """
            They enter the queue at the given pace. Whatever interrupts it, the same command goes on with those that \
            are left. Without a daemon all of them are queued at once, for its next start.

            A dead letter that may have been processed (reason uncertain) is asked about first where its target has \
            verify, and else refused without --even-if-processed.
            """)

    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var selection: DeadSelection

    @Option(help: "How many enter the queue in a time, such as 50/s or 600/m.")
    var rate = RateArgument.usual
    @Flag(name: .customLong("even-if-processed"), help: "Send also what may have been processed, without asking.")
    var evenIfProcessed = false

    func run() throws {
        try DeadChange(selection, configuration, done: "queued again", pace: BatchPace(rate)) {
            evenIfProcessed ? .redriveAnyway($0) : .redrive($0)
        }.run()
    }
}
