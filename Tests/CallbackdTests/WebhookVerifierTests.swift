import CallbackActions
import CallbackCore
import Crypto
import Foundation
import Testing

@testable import callbackd

@Suite("the verifier of `callbackd listen`")
struct WebhookVerifierTests {
    // The example that the specification's reference libraries test with.
    private static let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    private static let id = "msg_p5jXN8AQM9LWM0D4loKWxJek"
    private static let sent: Int64 = 1_614_265_330
    private static let body = Array(#"{"test": 2432232314}"#.utf8)
    private static let signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="

    private func verdict(
        _ signature: String? = Self.signature,
        id: String? = Self.id,
        timestamp: String? = "\(Self.sent)",
        body: [UInt8] = Self.body,
        at seconds: Int64 = Self.sent,
        secrets: [String] = [Self.secret]
    ) throws -> WebhookVerifier.Verdict {
        let verifier = WebhookVerifier(keys: try secrets.map { try VerificationKey(argument: $0) })
        let headers = SignatureHeaders(id: id, timestamp: timestamp, signature: signature)
        return verifier.verdict(headers, body: body, now: Timestamp(milliseconds: seconds * 1000))
    }

    @Test("the published example verifies")
    func published() throws {
        #expect(try verdict() == .verified)
    }

    @Test("one fitting signature among others is enough, and any of several secrets")
    func several() throws {
        #expect(try verdict("v1a,AAAA v1,AAAA v1,!! \(Self.signature)") == .verified)
        let other = "whsec_" + Data(repeating: 7, count: 24).base64EncodedString()
        #expect(try verdict(secrets: [other, Self.secret]) == .verified)
    }

    @Test("a changed id, timestamp or byte of the body does not verify")
    func changed() throws {
        let accepted = [
            try verdict(id: "msg_other"), try verdict(timestamp: "\(Self.sent + 1)"),
            try verdict(body: Self.body + [0x20]), try verdict(body: []),
        ].filter { $0 == .verified }
        #expect(accepted.isEmpty)
    }

    @Test("another secret does not verify")
    func otherSecret() throws {
        let other = "whsec_" + Data(repeating: 7, count: 24).base64EncodedString()
        #expect(try verdict(secrets: [other]) == .refused("no signature fits: is it the same secret on both sides?"))
    }

    @Test("a timestamp may be off by five minutes, not by a second more", arguments: [300, -300])
    func tolerance(offset: Int64) throws {
        #expect(try verdict(at: Self.sent + offset) == .verified)
        let beyond = offset + offset.signum()
        guard case .refused(let words) = try verdict(at: Self.sent + beyond) else {
            Issue.record("expected a refusal")
            return
        }
        #expect(words.contains("301 s"))
    }

    @Test(
        "a timestamp that is no plain number is refused",
        arguments: ["", "soon", "1614265330.5", "-1", "99999999999999999999"])
    func timestamps(text: String) throws {
        #expect(try verdict(timestamp: text) == .refused("webhook-timestamp is no number of seconds"))
    }

    @Test("missing headers are named")
    func missing() throws {
        #expect(try verdict(id: nil) == .refused("it has no webhook-id"))
        #expect(try verdict(nil, timestamp: nil) == .refused("it has no webhook-timestamp, webhook-signature"))
        #expect(try verdict("v2,abc") == .refused("webhook-signature has no v1 signature"))
    }

    @Test("without a secret nothing is called verified")
    func unchecked() throws {
        #expect(try verdict(secrets: []) == .unchecked)
    }

    @Test(
        "a key must have one of the three forms, and the words of an error never hold it",
        arguments: [
            "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_", "whsec_%%%", "whsec_c2hvcnQ=", "whsk_MfKQ9r8GKYqrTwjU",
        ])
    func secrets(text: String) {
        let failure = #expect(throws: VerbFailure.self) { try VerificationKey(argument: text) }
        #expect(failure?.status == .usage)
        #expect(failure?.description.contains(text) == false || text == "whsec_")
    }

    @Test("a secret file may end with one newline")
    func secretFile() throws {
        let path = NSTemporaryDirectory() + "secret-\(UUID().uuidString)"
        try Data((Self.secret + "\n").utf8).write(to: URL(fileURLWithPath: path))
        defer { unlink(path) }
        let verifier = WebhookVerifier(keys: [try KeyFile(path: path).verificationKey()])
        let headers = SignatureHeaders(id: Self.id, timestamp: "\(Self.sent)", signature: Self.signature)
        let now = Timestamp(milliseconds: Self.sent * 1000)
        #expect(verifier.verdict(headers, body: Self.body, now: now) == .verified)
        let failure = #expect(throws: VerbFailure.self) { try KeyFile(path: path + ".missing").verificationKey() }
        #expect(failure?.status == .noInput)
    }

    @Test("an ed25519 signature verifies with its public key, beside others and not with another key")
    func publicKey() throws {
        let secret = SigningSecret.random(ed25519: true)
        let signing = try SigningSecret(secret)
        let now = Timestamp(milliseconds: Self.sent * 1000)
        let made = StandardWebhooksSigner(secrets: [signing, try SigningSecret(Self.secret)])
            .signature(id: Self.id, now: now, body: Self.body)
        let key = try #require(signing.publicKey)
        #expect(try verdict(made, secrets: [key]) == .verified)
        #expect(try verdict(made, secrets: [secret]) == .verified)
        #expect(try verdict(made, secrets: [Self.secret]) == .verified)
        #expect(try verdict(made, body: Self.body + [0], secrets: [key]) != .verified)
        let other = try #require(try SigningSecret(SigningSecret.random(ed25519: true)).publicKey)
        #expect(
            try verdict(made, secrets: [other]) == .refused("no signature fits: is it the same secret on both sides?"))
        // A shared secret's signature says nothing to somebody with a public key.
        #expect(try verdict(secrets: [key]) == .refused("webhook-signature has no v1a signature"))
    }
}
