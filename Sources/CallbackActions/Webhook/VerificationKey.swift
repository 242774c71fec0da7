import Crypto
import FoundationEssentials

/// A key that receivers verify with: the shared secret itself, or the public half of an ed25519 key.
package struct VerificationKey: Sendable {
    private enum Key: Sendable {
        case shared(SymmetricKey)
        case ed25519(Curve25519.Signing.PublicKey)
    }

    private let key: Key

    /// - Parameter text: `whsec_…`, `whpk_…`, or `whsk_…`, of which only the public half is kept.
    /// - Throws: what is wrong with the key, without repeating it.
    package init(_ text: String) throws(SigningSecretError) {
        if text.hasPrefix(KeyText.publicKey) {
            key = .ed25519(try KeyText.verifying(text))
        } else if text.hasPrefix(KeyText.privateKey) {
            key = .ed25519(try KeyText.ed25519(text).publicKey)
        } else {
            key = .shared(SymmetricKey(data: try KeyText.shared(text)))
        }
    }

    /// What its signatures begin with, before the comma.
    package var scheme: String {
        switch key {
        case .shared: "v1"
        case .ed25519: "v1a"
        }
    }

    /// Whether a signature of this key's scheme, without what stands before the comma, fits the signed bytes.
    package func accepts(_ signature: Substring, of signed: [UInt8]) -> Bool {
        guard let code = Data(base64Encoded: String(signature)) else { return false }
        switch key {
        case .shared(let key):
            return HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: signed, using: key)
        case .ed25519(let key): return key.isValidSignature(code, for: signed)
        }
    }
}
