import ArgumentParser

/// `callbackd targets …`
struct TargetsVerbs: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "targets", abstract: "Where callbacks go.",
        subcommands: [TargetsList.self, TargetsPause.self, TargetsResume.self, TargetsEnable.self, TargetsTest.self])
}
