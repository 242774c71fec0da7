import Crypto
import FoundationEssentials
package import CallbackCore

/// Signs as Standard Webhooks 1.0.0 says, over id, timestamp and body, once for each secret: HMAC-SHA256 as `v1`,
/// ed25519 as `v1a`.
package struct StandardWebhooksSigner: Sendable {
    private struct Shared: Sendable {
        // The key's own two hash blocks are the same for every message, so each message starts from a copy.
        let mac: HMAC<SHA256>
        let until: Timestamp?
    }

    private struct Pair: Sendable {
        let key: Curve25519.Signing.PrivateKey
        let until: Timestamp?
    }

    private let shared: [Shared]
    private let pairs: [Pair]

    /// - Parameter secrets: the current secrets and, while a rotation lasts, the previous ones.
    package init(secrets: [SigningSecret]) {
        var shared: [Shared] = []
        var pairs: [Pair] = []
        for secret in secrets {
            switch secret.key {
            case .shared(let bytes):
                shared.append(Shared(mac: HMAC<SHA256>(key: SymmetricKey(data: bytes)), until: secret.until))
            case .ed25519(let key): pairs.append(Pair(key: key, until: secret.until))
            }
        }
        self.shared = shared
        self.pairs = pairs
    }

    /// The value of `webhook-signature`.
    /// - Parameter now: what `webhook-timestamp` says, and what the end of a previous secret is held against.
    package func signature(id: String, now: Timestamp, body: [UInt8]) -> String {
        var bytes: [UInt8] = []
        appendSignature(id: id, now: now, body: body, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Appends the value of `webhook-signature`: `v1,` or `v1a,` and base64 for each secret, separated by spaces.
    func appendSignature(id: String, now: Timestamp, body: [UInt8], to bytes: inout [UInt8]) {
        var head: [UInt8] = []
        head.reserveCapacity(id.utf8.count + 22)
        head.append(contentsOf: id.utf8)
        head.append(UInt8(ascii: "."))
        head.append(contentsOf: String(now.seconds).utf8)
        head.append(UInt8(ascii: "."))
        let start = bytes.count
        for key in shared where key.until.map({ now < $0 }) ?? true {
            if bytes.count > start { bytes.append(UInt8(ascii: " ")) }
            bytes.append(contentsOf: "v1,".utf8)
            var mac = key.mac
            mac.update(data: head)
            mac.update(data: body)
            mac.finalize().withUnsafeBytes { Base64.append($0, to: &bytes) }
        }
        guard !pairs.isEmpty else { return }
        // Ed25519 reads the message twice, so it cannot be fed in pieces.
        let message = head + body
        for pair in pairs where pair.until.map({ now < $0 }) ?? true {
            // Fails for no message and no key that could be read.
            guard let signature = try? pair.key.signature(for: message) else { continue }
            if bytes.count > start { bytes.append(UInt8(ascii: " ")) }
            bytes.append(contentsOf: "v1a,".utf8)
            signature.withUnsafeBytes { Base64.append($0, to: &bytes) }
        }
    }
}

/// Base64 with padding, appended to bytes: Foundation's makes a `Data` and a `String` of every signature.
enum Base64 {
    private static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func append(_ input: UnsafeRawBufferPointer, to bytes: inout [UInt8]) {
        var index = 0
        while index < input.count {
            let left = input.count - index
            let second = left > 1 ? input[index + 1] : 0
            let third = left > 2 ? input[index + 2] : 0
            let group = UInt32(input[index]) << 16 | UInt32(second) << 8 | UInt32(third)
            bytes.append(digits[Int(group >> 18 & 63)])
            bytes.append(digits[Int(group >> 12 & 63)])
            bytes.append(left > 1 ? digits[Int(group >> 6 & 63)] : UInt8(ascii: "="))
            bytes.append(left > 2 ? digits[Int(group & 63)] : UInt8(ascii: "="))
            index += 3
        }
    }
}
