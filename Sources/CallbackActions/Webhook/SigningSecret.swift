import FoundationEssentials

/// A symmetric signing secret of Standard Webhooks 1.0.0: `whsec_` and the base64 of 24 to 64 bytes.
package struct SigningSecret: Sendable {
    let key: [UInt8]

    /// - Throws: what is wrong with the secret, without repeating it.
    package init(_ text: String) throws(SigningSecretError) {
        if text.hasPrefix("whsk_") || text.hasPrefix("whpk_") {
            throw SigningSecretError(
                problem: "is an ed25519 key, which is not in this version: use a secret that begins with whsec_")
        }
        let prefix = "whsec_"
        guard text.hasPrefix(prefix) else {
            throw SigningSecretError(
                problem: "does not begin with whsec_: it is whsec_ and the base64 of 24 to 64 bytes")
        }
        guard let data = Data(base64Encoded: String(text.dropFirst(prefix.count))) else {
            throw SigningSecretError(problem: "holds something after whsec_ that is not base64")
        }
        guard (24...64).contains(data.count) else {
            throw SigningSecretError(problem: "has \(data.count) bytes: a signing secret has 24 to 64")
        }
        key = Array(data)
    }
}

/// Why a text is no signing secret. It never holds the secret.
package struct SigningSecretError: Error, Hashable, Sendable, CustomStringConvertible {
    package let problem: String

    package var description: String { "the signing secret \(problem)" }
}
