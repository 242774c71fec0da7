import Crypto
import FoundationEssentials
import GRDB

/// An order under a key of the client's choice: however often it is sent, it is placed once.
package struct IdempotentRequest: Sendable {
    /// Days for which an answer is kept.
    package static let memory = 30
    private static let longestKey = 255

    private let login: String
    private let key: String
    /// A hash of what was ordered.
    private let digest: Data

    /// - Parameters:
    ///   - login: keys of different logins are different.
    ///   - parameters: what was ordered, by name; how it was sent makes no difference.
    /// - Throws: where the key is empty or too long.
    package init(
        login: String, key: String, kind: LicenseKind, parameters: [String: String]
    ) throws(LicenseOrderError) {
        guard (1...Self.longestKey).contains(key.utf8.count) else {
            throw LicenseOrderError(parameter: "Idempotency-Key", reason: "expected 1 to \(Self.longestKey) bytes")
        }
        self.login = login
        self.key = key
        var hash = SHA256()
        hash.update(data: Data(kind.rawValue.utf8))
        for (name, value) in parameters.sorted(by: { $0.key < $1.key }) {
            // With their lengths, so that no two orders have the same bytes.
            hash.update(data: Data("\n\(name.utf8.count) \(value.utf8.count) \(name)\(value)".utf8))
        }
        digest = Data(hash.finalize())
    }

    /// The key number that the same order got before; nil where there was none.
    ///
    /// - Throws: `LicenseRefusal.conflict` where the key was used for something else.
    func earlierAnswer(in db: Database) throws -> String? {
        let row = try Row.fetchOne(
            db, sql: "SELECT digest, key_number FROM license_requests WHERE login = ? AND request_key = ?",
            arguments: [login, key])
        guard let row else { return nil }
        guard row["digest"] == digest else {
            throw LicenseRefusal.conflict("this key was used for another order; give each order its own")
        }
        return row["key_number"]
    }

    func keep(_ number: String, in operation: PanelOperation) throws {
        let db = operation.db
        try db.change(
            sql: "DELETE FROM license_requests WHERE created_at < strftime('%Y-%m-%dT%H:%M:%fZ', 'now', ?)",
            arguments: ["-\(Self.memory) days"])
        try db.change(
            sql: "INSERT INTO license_requests (login, request_key, digest, key_number) VALUES (?, ?, ?, ?)",
            arguments: [login, key, digest, number])
    }
}
