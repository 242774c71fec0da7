import ArgumentParser

/// `callbackd replay …`: events of the journal, sent to one target once more.
struct ReplayVerbs: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay", abstract: "Send events of the journal to one target once more.",
        subcommands: [ReplayStart.self, ReplayList.self, ReplayCancel.self], defaultSubcommand: ReplayStart.self)
}
