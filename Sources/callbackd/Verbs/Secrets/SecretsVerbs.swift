import ArgumentParser

/// `callbackd secrets …`: the keys that sign webhooks.
struct SecretsVerbs: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "secrets", abstract: "The secrets that sign webhooks: make them, exchange them.",
        subcommands: [SecretsNew.self, SecretsRotate.self, SecretsPublic.self])
}
