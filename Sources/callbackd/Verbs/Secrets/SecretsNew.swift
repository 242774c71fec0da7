import ArgumentParser
import CallbackActions
import CallbackConfig

/// `callbackd secrets new`
struct SecretsNew: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new",
        abstract: "Draw a new signing secret.",
        discussion: """
            Prints it, or writes it to a file that only its owner can read. Of an ed25519 key the public half, which \
            receivers verify with, is said too.
            """)

    @Flag(help: "An ed25519 key (whsk_…), so that receivers hold a public key and cannot sign.")
    var ed25519 = false

    @Option(help: "Write it to this file, with mode 0600; an existing file is not overwritten.")
    var out: String?

    func run() throws {
        let text = SigningSecret.random(ed25519: ed25519)
        let publicKey = try SigningSecret(text).publicKey
        guard let out else {
            Terminal.print(text)
            if let publicKey { Terminal.say("receivers verify with \(publicKey)") }
            return
        }
        do {
            try SecretFile(out).create(SecretValue(text))
        } catch {
            throw VerbFailure(.cannotCreate, "cannot write the secret: \(error.words(for: out))")
        }
        Terminal.say("written to \(out)")
        if let publicKey { Terminal.print(publicKey) }
    }
}

extension FileFailure {
    /// The reason with the file that it is about.
    func words(for path: String) -> String { reason.hasPrefix(path) ? reason : "\(path): \(reason)" }
}
