import ArgumentParser

/// `callbackd dead …`: the dead letters.
struct DeadVerbs: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dead", abstract: "The dead letters: what was given up, and why.",
        subcommands: [DeadList.self, DeadRedrive.self, DeadDiscard.self])
}
