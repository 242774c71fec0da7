import CallbackActions
import CallbackCore
import Crypto
import FoundationEssentials
import Testing

@Suite("Standard Webhooks signatures")
struct WebhookSignerTests {
    @Test("the signature is the one of the specification's own example")
    func vector() throws {
        // The example of the specification's reference libraries.
        let signer = StandardWebhooksSigner(secrets: [try SigningSecret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")])
        let signature = signer.signature(
            id: "msg_p5jXN8AQM9LWM0D4loKWxJek", now: Timestamp(milliseconds: 1_614_265_330_999),
            body: Array(#"{"test": 2432232314}"#.utf8))
        #expect(signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
    }

    @Test("each secret of a rotation signs, and signing again gives the same", arguments: 1...3)
    func rotation(count: Int) throws {
        let keys = (0..<count).map { number in (0..<(24 + number * 20)).map { UInt8($0 + number) } }
        let signer = StandardWebhooksSigner(
            secrets: try keys.map { try SigningSecret("whsec_" + Data($0).base64EncodedString()) })
        for body in ["", "x", String(repeating: "äö", count: 5000)] {
            let expected = keys.map { key in
                let mac = HMAC<SHA256>.authenticationCode(
                    for: Data("msg_1.1795000000.\(body)".utf8), using: SymmetricKey(data: key))
                return "v1," + Data(mac).base64EncodedString()
            }
            let signature = signer.signature(
                id: "msg_1", now: Timestamp(milliseconds: 1_795_000_000_000), body: Array(body.utf8))
            #expect(signature == expected.joined(separator: " "))
        }
    }

    @Test(
        "a secret that is none is refused without being repeated",
        arguments: [
            ("", "whsec_"), ("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "does not begin"), ("whsec_", "0 bytes"),
            ("whsec_!!!!", "not base64"), ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS", "not base64"),
            ("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "23 bytes"), ("whsk_AAAA", "3 bytes"),
            ("whsec_" + String(repeating: "AAAA", count: 21) + "AAA=", "65 bytes"),
            ("WHSEC_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "does not begin"),
        ])
    func wrongSecret(text: String, words: String) {
        let error = #expect(throws: SigningSecretError.self) { try SigningSecret(text) }
        #expect(error?.description.contains(words) == true, "\(String(describing: error))")
        if text.count > 10 { #expect(error?.description.contains(text.dropFirst(6)) == false) }
    }

    @Test("secrets of 24 and of 64 bytes are taken", arguments: [24, 32, 64])
    func sizes(count: Int) {
        #expect(throws: Never.self) {
            try SigningSecret("whsec_" + Data(repeating: 7, count: count).base64EncodedString())
        }
    }
}
