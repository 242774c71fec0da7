import ArgumentParser
import CallbackActions
import CallbackCore

/// `callbackd verify`: whether a request that was kept is genuine.
struct VerifyVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Judge a signed request: exit 0 where it verifies, 1 where not.")

    @Option(
        name: [.customLong("secret"), .customLong("secret-file")],
        help: ArgumentHelp(
            "A file with a secret or a public key: whsec_…, whpk_…, whsk_…; one that fits is enough.",
            valueName: "file"))
    var secret: [String]

    @Option(
        help: ArgumentHelp(
            "A header of the request, such as 'webhook-id: msg_1'; other headers are passed over.",
            valueName: "name: value"))
    var header: [String] = []

    @Option(help: "How far its timestamp may be off, such as 5m or 30d.")
    var tolerance: DurationArgument?

    @OptionGroup var body: BodyArgument
    @OptionGroup var json: JSONFlag

    func validate() throws {
        guard !secret.isEmpty else { throw ValidationError("--secret is missing") }
        for header in header where !header.contains(":") {
            throw ValidationError("\"\(header)\" is no header: write 'name: value'")
        }
    }

    func run() throws {
        let verifier = WebhookVerifier(
            keys: try secret.map { try KeyFile(path: $0).verificationKey() },
            tolerance: tolerance?.duration ?? WebhookVerifier.standardTolerance)
        let verdict = verifier.verdict(try headers(), body: try body.bytes(), now: SystemTimekeeper().now())
        let reason: String? = if case .refused(let words) = verdict { words } else { nil }
        if json.isOn {
            JSONOutput.print(["verified": .bool(reason == nil), "reason": reason.map { .string($0) } ?? .null])
        } else {
            Terminal.print(reason.map { "refused: \($0)" } ?? "verified")
        }
        if reason != nil { throw ExitCode(ExitStatus.checkFailed.rawValue) }
    }

    private func headers() throws -> SignatureHeaders {
        var found: [String: String] = [:]
        for header in header {
            let parts = header.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            let name = parts[0].lowercased()
            guard found[name] == nil || !name.hasPrefix("webhook-") else {
                throw VerbFailure(.usage, "the header \(name) is given twice")
            }
            let value = parts[1].drop { $0 == " " || $0 == "\t" }
            found[name] = String(value.last?.isNewline == true ? value.dropLast() : value)
        }
        return SignatureHeaders(
            id: found["webhook-id"], timestamp: found["webhook-timestamp"], signature: found["webhook-signature"])
    }
}
