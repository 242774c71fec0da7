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
            """)

    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var selection: DeadSelection

    @Option(help: "How many enter the queue in a time, such as 50/s or 600/m.")
    var rate = RateArgument.usual

    func run() throws {
        try DeadChange(selection, configuration, done: "queued again", pace: BatchPace(rate)) { .redrive($0) }.run()
    }
}
