import ArgumentParser
import CallbackActions

/// `callbackd secrets public`
struct SecretsPublic: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "public", abstract: "Print the public key of an ed25519 secret, for receivers.")

    @Argument(help: ArgumentHelp("The file with the secret, whsk_….", valueName: "file"))
    var path: String

    func run() throws {
        guard let key = try KeyFile(path: path).signingSecret().publicKey else {
            throw VerbFailure(
                .badData, "\(path): a shared secret has no public key; callbackd secrets new --ed25519 makes one")
        }
        Terminal.print(key)
    }
}
