import Crypto
import FoundationEssentials

/// Signs as Standard Webhooks 1.0.0 says: HMAC-SHA256 over id, timestamp and body, once for each secret.
package struct StandardWebhooksSigner: Sendable {
    // The key's own two hash blocks are the same for every message, so each message starts from a copy.
    private let keyed: [HMAC<SHA256>]

    /// - Parameter secrets: the current secret and, while a rotation lasts, the previous ones.
    package init(secrets: [SigningSecret]) {
        keyed = secrets.map { HMAC<SHA256>(key: SymmetricKey(data: $0.key)) }
    }

    /// The value of `webhook-signature`.
    package func signature(id: String, timestamp: Int64, body: [UInt8]) -> String {
        var bytes: [UInt8] = []
        appendSignature(id: id, timestamp: timestamp, body: body, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Appends the value of `webhook-signature`: `v1,` and base64 for each secret, separated by spaces.
    func appendSignature(id: String, timestamp: Int64, body: [UInt8], to bytes: inout [UInt8]) {
        var head: [UInt8] = []
        head.reserveCapacity(id.utf8.count + 22)
        head.append(contentsOf: id.utf8)
        head.append(UInt8(ascii: "."))
        head.append(contentsOf: String(timestamp).utf8)
        head.append(UInt8(ascii: "."))
        for (index, key) in keyed.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: " ")) }
            bytes.append(contentsOf: "v1,".utf8)
            var mac = key
            mac.update(data: head)
            mac.update(data: body)
            mac.finalize().withUnsafeBytes { Base64.append($0, to: &bytes) }
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
