import ArgumentParser
import CallbackActions
import CallbackCore

/// `callbackd sign`: the headers of a request as callbackd would send it.
struct SignVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sign",
        abstract: "Print the headers that sign a body.",
        discussion: """
            For those who write a receiver and need a request that it must accept: the headers can be given to curl \
            with -H @FILE.
            """)

    @Option(
        // The second is how `listen` calls it.
        name: [.customLong("secret"), .customLong("secret-file")],
        help: ArgumentHelp("A file with a secret, whsec_… or whsk_…; several sign side by side.", valueName: "file"))
    var secret: [String]

    @Option(help: "The webhook-id.")
    var id: String

    @Option(help: ArgumentHelp("Seconds since 1970; default now.", valueName: "seconds"))
    var timestamp: Int64?

    @OptionGroup var body: BodyArgument
    @OptionGroup var json: JSONFlag

    func validate() throws {
        guard !secret.isEmpty else { throw ValidationError("--secret is missing") }
        guard !id.isEmpty, id.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ".") }) else {
            throw ValidationError("--id is printable ASCII without space and full stop")
        }
        guard timestamp.map({ (0...9_999_999_999).contains($0) }) ?? true else {
            throw ValidationError("--timestamp is seconds since 1970")
        }
    }

    func run() throws {
        let signer = StandardWebhooksSigner(secrets: try secret.map { try KeyFile(path: $0).signingSecret() })
        let now = timestamp.map { Timestamp(milliseconds: $0 * 1000) } ?? SystemTimekeeper().now()
        let headers = [
            ("webhook-id", id), ("webhook-timestamp", String(now.seconds)),
            ("webhook-signature", signer.signature(id: id, now: now, body: try body.bytes())),
        ]
        if json.isOn {
            JSONOutput.print(
                .object(JSONObject(members: headers.map { .init(key: $0.0, value: .string($0.1)) })))
        } else {
            for (name, value) in headers { Terminal.print("\(name): \(value)") }
        }
    }
}
