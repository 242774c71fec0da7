import Crypto
import CryptoExtras
import FoundationEssentials

/// A password as it is kept: PBKDF2 with HMAC-SHA-256, a salt of its own, and the number of rounds beside it.
///
/// Written as `pbkdf2-sha256$ROUNDS$SALT$KEY`, the last two in base64. Source: RFC 8018; the rounds follow OWASP.
package struct PasswordHash: Sendable, Equatable, CustomStringConvertible {
    /// What a new password costs whoever guesses: about a quarter of a second for each guess.
    static let rounds = 600_000

    /// The longest password that is looked at, in bytes: a longer one costs time and adds nothing.
    package static let longestPassword = 255

    private static let scheme = "pbkdf2-sha256"

    private let rounds: Int
    private let salt: Data
    private let key: Data

    /// Hashes a password with a fresh salt. Takes its time on purpose, and blocks.
    package init(of password: String) throws {
        salt = SymmetricKey(size: .bits128).withUnsafeBytes { Data($0) }
        rounds = Self.rounds
        key = try Self.derive(password, salt: salt, rounds: rounds)
    }

    /// Reads a hash as it was kept; nil for anything else, such as the empty text of an account without a password.
    package init?(stored text: String) {
        let parts = text.split(separator: "$", omittingEmptySubsequences: false)
        guard parts.count == 4, parts[0] == Self.scheme, let rounds = Int(parts[1]),
            (Self.rounds...100 * Self.rounds).contains(rounds),
            let salt = Data(base64Encoded: String(parts[2])), let key = Data(base64Encoded: String(parts[3])),
            salt.count >= 16, key.count == 32
        else { return nil }
        self.rounds = rounds
        self.salt = salt
        self.key = key
    }

    /// Tells whether this is the password. Takes as long for a wrong one, and blocks.
    package func matches(_ password: String) -> Bool {
        // A hash that cannot be made again lets nobody in.
        guard password.utf8.count <= Self.longestPassword,
            let candidate = try? Self.derive(password, salt: salt, rounds: rounds)
        else { return false }
        // The comparison of two keys looks at every byte of both.
        return SymmetricKey(data: candidate) == SymmetricKey(data: key)
    }

    /// A hash that no password has, to be compared with where there is no account: so that takes as long.
    package static let ofNobody = PasswordHash()

    private init() {
        rounds = Self.rounds
        salt = Data(repeating: 0, count: 16)
        key = SymmetricKey(size: .bits256).withUnsafeBytes { Data($0) }
    }

    package var description: String {
        "\(Self.scheme)$\(rounds)$\(salt.base64EncodedString())$\(key.base64EncodedString())"
    }

    private static func derive(_ password: String, salt: Data, rounds: Int) throws -> Data {
        let key = try KDF.Insecure.PBKDF2.deriveKey(
            from: Data(password.utf8), salt: salt, using: .sha256, outputByteCount: 32, rounds: rounds)
        return key.withUnsafeBytes { Data($0) }
    }
}
