import CallbackActions
import CallbackConfig

/// A file with one key of Standard Webhooks, as it is named on the command line.
struct KeyFile {
    let path: String

    /// Larger files are no keys.
    private static let limit = 64 * 1024

    func signingSecret() throws -> SigningSecret { try read { text in try SigningSecret(text) } }

    func verificationKey() throws -> VerificationKey { try read { text in try VerificationKey(text) } }

    /// - Throws: `VerbFailure` that never holds the key itself.
    private func read<Key>(_ key: (String) throws -> Key) throws -> Key {
        switch FileAccess.disk.read(path, Self.limit) {
        case .failure(let failure):
            throw VerbFailure(.noInput, "cannot read the secret file \(path): \(failure.reason)")
        case .success(let bytes):
            guard let text = String(validating: bytes, as: UTF8.self), bytes.count <= Self.limit else {
                throw VerbFailure(.badData, "\(path): the signing secret is no line of text")
            }
            do {
                return try key(text.hasSuffix("\n") ? String(text.dropLast()) : text)
            } catch let error as SigningSecretError {
                throw VerbFailure(.badData, "\(path): \(error)")
            }
        }
    }
}

extension VerificationKey {
    /// A key that is written on the command line itself.
    init(argument text: String) throws {
        do { try self.init(text) } catch { throw VerbFailure(.usage, "\(error)") }
    }
}
