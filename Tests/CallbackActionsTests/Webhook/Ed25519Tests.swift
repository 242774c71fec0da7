import CallbackActions
import CallbackCore
import FoundationEssentials
import Testing

@Suite("Ed25519 signatures and rotation")
struct Ed25519Tests {
    private let now = Timestamp(milliseconds: 1_795_000_000_000)

    /// RFC 8032, 7.1: secret key and public key of the tests 1 to 3, in hexadecimal digits.
    private static let vectors = [
        (
            "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
        ),
        (
            "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
        ),
        (
            "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025"
        ),
    ]

    private static func bytes(_ hexadecimal: String) -> Data {
        let digits = Array(hexadecimal)
        return Data(
            stride(from: 0, to: digits.count, by: 2).compactMap { UInt8(String(digits[$0...$0 + 1]), radix: 16) })
    }

    @Test(
        "the keys of RFC 8032 have the public keys of RFC 8032, as seed and with their public half", arguments: vectors)
    func published(secret: String, publicKey: String) throws {
        let expected = "whpk_" + Self.bytes(publicKey).base64EncodedString()
        let seed = Self.bytes(secret)
        #expect(try SigningSecret("whsk_" + seed.base64EncodedString()).publicKey == expected)
        let whole = seed + Self.bytes(publicKey)
        #expect(try SigningSecret("whsk_" + whole.base64EncodedString()).publicKey == expected)
    }

    @Test(
        "a signature is over id, timestamp and body, and every other byte is refused", arguments: ["", "x", "äö\u{0}"])
    func signs(body: String) throws {
        let seed = Self.bytes(Self.vectors[0].0)
        let secret = try SigningSecret("whsk_" + seed.base64EncodedString())
        let signature = StandardWebhooksSigner(secrets: [secret]).signature(
            id: "msg_1", now: now, body: Array(body.utf8))
        #expect(signature.hasPrefix("v1a,"))
        let key = try VerificationKey("whpk_" + Self.bytes(Self.vectors[0].1).base64EncodedString())
        let signed = Array("msg_1.1795000000.\(body)".utf8)
        #expect(key.accepts(signature.dropFirst(4), of: signed))
        #expect(!key.accepts(signature.dropFirst(4), of: signed + [0]))
        #expect(!key.accepts(signature.dropFirst(4), of: Array("msg_1.1795000001.\(body)".utf8)))
        #expect(!key.accepts("", of: signed))
        #expect(!key.accepts("%%%", of: signed))
        let other = try VerificationKey("whpk_" + Self.bytes(Self.vectors[1].1).base64EncodedString())
        #expect(!other.accepts(signature.dropFirst(4), of: signed))
    }

    @Test("a previous secret signs until its end and not a millisecond longer, the current one always")
    func ends() throws {
        let end = now + .seconds(60)
        let current = SigningSecret.random(ed25519: false)
        let old = SigningSecret.random(ed25519: false)
        let oldPair = SigningSecret.random(ed25519: true)
        let signer = StandardWebhooksSigner(secrets: [
            try SigningSecret(current), try SigningSecret(old, until: end), try SigningSecret(oldPair, until: end),
        ])
        func signatures(_ moment: Timestamp) -> [Substring] {
            signer.signature(id: "m", now: moment, body: [1]).split(separator: " ", omittingEmptySubsequences: false)
        }
        let before = end + .milliseconds(-1)
        #expect(signatures(before).map { $0.prefix { $0 != "," } } == ["v1", "v1", "v1a"])
        let alone = StandardWebhooksSigner(secrets: [try SigningSecret(current)])
        for moment in [end, end + .hours(1000)] {
            #expect(signatures(moment) == [Substring(alone.signature(id: "m", now: moment, body: [1]))])
        }
    }

    @Test("where the first of several has ended, no space comes before the next")
    func firstEnded() throws {
        let old = try SigningSecret(SigningSecret.random(ed25519: false), until: now)
        let pair = SigningSecret.random(ed25519: true)
        let signature = StandardWebhooksSigner(secrets: [old, try SigningSecret(pair)])
            .signature(id: "m", now: now, body: [])
        #expect(signature.hasPrefix("v1a,") && !signature.contains(" "))
    }

    @Test("drawn secrets can be used, differ, and keep their kind when they are followed", arguments: [true, false])
    func random(ed25519: Bool) throws {
        let texts = Set((0..<20).map { _ in SigningSecret.random(ed25519: ed25519) })
        #expect(texts.count == 20)
        for text in texts {
            let secret = try SigningSecret(text)
            #expect((secret.publicKey != nil) == ed25519)
            let next = secret.successor()
            #expect(next != text && next.prefix(5) == text.prefix(5))
            #expect(throws: Never.self) { try SigningSecret(next) }
            #expect(throws: Never.self) { try VerificationKey(text) }
        }
    }

    @Test("an ed25519 key that is none is refused without being repeated")
    func wrong() throws {
        let seed = Self.bytes(Self.vectors[0].0)
        let otherHalf = seed + Self.bytes(Self.vectors[1].1)
        let cases = [
            ("whsk_" + Data(repeating: 7, count: 33).base64EncodedString(), "33 bytes"),
            ("whsk_", "0 bytes"), ("whsk_!", "not base64"),
            ("whsk_" + otherHalf.base64EncodedString(), "another ed25519 key"),
            ("whpk_" + Self.bytes(Self.vectors[0].1).base64EncodedString(), "public key"),
        ]
        for (text, words) in cases {
            let error = #expect(throws: SigningSecretError.self) { try SigningSecret(text) }
            #expect(error?.description.contains(words) == true, "\(String(describing: error))")
            if text.count > 10 { #expect(error?.description.contains(text.dropFirst(5)) == false) }
        }
        #expect(throws: SigningSecretError.self) {
            try VerificationKey("whpk_" + Data(repeating: 7, count: 31).base64EncodedString())
        }
    }
}
