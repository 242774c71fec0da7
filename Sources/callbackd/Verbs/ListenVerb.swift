import ArgumentParser
import CallbackActions
import CallbackCore

/// `callbackd listen`: a receiver for those who write one.
struct ListenVerb: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "listen",
        abstract: "Receive webhooks, verify their signatures and show them.",
        discussion: """
            For developers of receivers: point a target at the printed address. With a secret, what does not verify \
            is answered with 401. Without one nothing can be verified, and everything counts as received.
            """)

    @Option(help: "The port; 0 takes a free one.")
    var port = 0

    @Option(help: "The address to listen on.")
    var bind = "127.0.0.1"

    @Option(
        help: ArgumentHelp(
            "The secret, or a public key whpk_…; others on this machine can see it, so rather use --secret-file.",
            valueName: "whsec_…"))
    var secret: [String] = []

    @Option(
        name: .customLong("secret-file"), help: ArgumentHelp("A file with the secret or public key.", valueName: "file")
    )
    var secretFile: [String] = []

    @Option(help: "The HTTP status to answer with.")
    var status: Int?

    @Option(
        name: .customLong("fail-first"),
        help: "Answer the first so many with --status (then 503 by default), later ones with 204.")
    var failFirst: Int?

    @Option(help: "End after so many different webhooks were verified and accepted.")
    var count: Int?

    @OptionGroup var json: JSONFlag

    func validate() throws {
        guard (0...65_535).contains(port) else { throw ValidationError("--port is 0 to 65535") }
        guard status.map({ (200...599).contains($0) }) ?? true else { throw ValidationError("--status is 200 to 599") }
        guard failFirst.map({ $0 > 0 }) ?? true else { throw ValidationError("--fail-first is 1 or more") }
        guard count.map({ $0 > 0 }) ?? true else { throw ValidationError("--count is 1 or more") }
    }

    func run() async throws {
        let keys =
            try secret.map { try VerificationKey(argument: $0) }
            + secretFile.map { try KeyFile(path: $0).verificationKey() }
        let palette = Terminal.palette()
        let printsJSON = json.isOn
        let end = EndOfListening()
        let receiver = Receiver(
            plan: plan, verifier: WebhookVerifier(keys: keys),
            show: { receipt in
                if printsJSON { JSONOutput.print(receipt.json) } else { Terminal.print(receipt.block(palette)) }
            },
            whenDone: { end.reached() })
        do {
            try await ListenServer(address: bind, port: port, receiver: receiver, end: end).run()
        } catch {
            throw VerbFailure(.unavailable, "cannot listen on \(bind):\(port): \(error)")
        }
    }

    private var plan: Receiver.Plan {
        guard let failFirst else { return Receiver.Plan(status: status ?? 204, count: count) }
        return Receiver.Plan(status: 204, failFirst: failFirst, failure: status ?? 503, count: count)
    }
}
