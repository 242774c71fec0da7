import ArgumentParser
import CallbackCore

/// `callbackd dead discard`
struct DeadDiscard: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "discard", abstract: "Give dead letters up.")

    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var selection: DeadSelection

    func run() throws {
        try DeadChange(selection, configuration, done: "discarded", pace: .unlimited) { .discard($0) }.run()
    }
}
