import Crypto
import FoundationEssentials
package import CallbackCore

/// A secret that signs, as Standard Webhooks 1.0.0 writes it: `whsec_` and the base64 of 24 to 64 bytes (`v1`,
/// HMAC-SHA256), or `whsk_` and the base64 of an ed25519 key (`v1a`).
package struct SigningSecret: Sendable {
    enum Key: Sendable {
        case shared([UInt8])
        case ed25519(Curve25519.Signing.PrivateKey)
    }

    let key: Key
    /// When it signs no more; nil means never.
    let until: Timestamp?

    /// - Throws: what is wrong with the secret, without repeating it.
    package init(_ text: String, until: Timestamp? = nil) throws(SigningSecretError) {
        self.until = until
        if text.hasPrefix(KeyText.publicKey) {
            throw SigningSecretError(
                problem: "is a public key, which can only verify: the one that signs begins with whsk_")
        }
        if text.hasPrefix(KeyText.privateKey) {
            key = .ed25519(try KeyText.ed25519(text))
        } else {
            key = .shared(try KeyText.shared(text))
        }
    }

    /// The public key of an ed25519 secret, which receivers verify with; nil for a shared one.
    package var publicKey: String? {
        guard case .ed25519(let key) = key else { return nil }
        return KeyText.publicKey + key.publicKey.rawRepresentation.base64EncodedString()
    }

    /// Draws a new secret: 32 random bytes, or an ed25519 key with its public half behind the seed.
    package static func random(ed25519: Bool) -> String {
        guard ed25519 else {
            return SymmetricKey(size: .bits256).withUnsafeBytes { KeyText.shared + Data($0).base64EncodedString() }
        }
        let key = Curve25519.Signing.PrivateKey()
        return KeyText.privateKey + (key.rawRepresentation + key.publicKey.rawRepresentation).base64EncodedString()
    }

    /// Draws a new secret of the same kind as this one.
    package func successor() -> String {
        if case .ed25519 = key { SigningSecret.random(ed25519: true) } else { SigningSecret.random(ed25519: false) }
    }
}

/// Why a text is no signing secret. It never holds the secret.
package struct SigningSecretError: Error, Hashable, Sendable, CustomStringConvertible {
    package let problem: String

    package var description: String { "the signing secret \(problem)" }
}

/// The three forms in which keys are written.
enum KeyText {
    static let shared = "whsec_"
    static let privateKey = "whsk_"
    static let publicKey = "whpk_"

    static func shared(_ text: String) throws(SigningSecretError) -> [UInt8] {
        let bytes = try decoded(text, behind: shared, "24 to 64 bytes, or whsk_ and an ed25519 key")
        guard (24...64).contains(bytes.count) else {
            throw SigningSecretError(problem: "has \(bytes.count) bytes: a shared one has 24 to 64")
        }
        return bytes
    }

    /// A seed of 32 bytes, or that seed with the public key behind it.
    static func ed25519(_ text: String) throws(SigningSecretError) -> Curve25519.Signing.PrivateKey {
        let bytes = try decoded(text, behind: privateKey, "an ed25519 key")
        // The library says no more than that it is none.
        guard bytes.count == 32 || bytes.count == 64,
            let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: bytes.prefix(32))
        else {
            throw SigningSecretError(
                problem: "has \(bytes.count) bytes: an ed25519 key has 32, or 64 with its public half")
        }
        guard bytes.count == 32 || Array(key.publicKey.rawRepresentation) == Array(bytes[32...]) else {
            throw SigningSecretError(problem: "has a public half that belongs to another ed25519 key")
        }
        return key
    }

    static func verifying(_ text: String) throws(SigningSecretError) -> Curve25519.Signing.PublicKey {
        let bytes = try decoded(text, behind: publicKey, "32 bytes")
        // The library says no more than that it is none.
        guard bytes.count == 32, let key = try? Curve25519.Signing.PublicKey(rawRepresentation: bytes) else {
            throw SigningSecretError(problem: "has \(bytes.count) bytes: a public ed25519 key has 32")
        }
        return key
    }

    private static func decoded(_ text: String, behind prefix: String, _ form: String) throws(SigningSecretError)
        -> [UInt8]
    {
        guard text.hasPrefix(prefix) else {
            throw SigningSecretError(
                problem: "does not begin with \(prefix): it is \(prefix) and the base64 of \(form)")
        }
        guard let data = Data(base64Encoded: String(text.dropFirst(prefix.count))) else {
            throw SigningSecretError(problem: "holds something after \(prefix) that is not base64")
        }
        return Array(data)
    }
}
