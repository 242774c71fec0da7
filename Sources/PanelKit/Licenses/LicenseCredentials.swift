import Crypto
import FoundationEssentials
import GRDB

/// Who may use the licence API: a login and an API key of 160 random bits, of which only a hash is kept.
///
/// A fast hash is enough: nobody can guess a key, so that there is nothing to be slowed down.
package struct LicenseCredentials: Sendable {
    private let database: PanelDatabase

    package init(database: PanelDatabase) {
        self.database = database
    }

    /// Makes a key for a login; one that it had before ends.
    ///
    /// - Returns: the key, which cannot be had again.
    package func add(login: String) throws(PanelDatabaseError) -> String {
        let key = RandomSecret.hexadecimal()
        do {
            try database.change { operation in
                try operation.db.change(
                    sql: """
                        INSERT INTO license_credentials (login, key_hash) VALUES (?, ?)
                        ON CONFLICT (login) DO UPDATE SET key_hash = excluded.key_hash, created_at = excluded.created_at
                        """,
                    arguments: [login, Self.hash(of: key)])
            }
        } catch {
            throw database.explained(error)
        }
        return key
    }

    /// The logins that have a key, and since when.
    package func all() throws(PanelDatabaseError) -> [(login: String, createdAt: String)] {
        do {
            return try database.read { db in
                try Row.fetchAll(db, sql: "SELECT login, created_at FROM license_credentials ORDER BY login")
                    .map { ($0["login"], $0["created_at"]) }
            }
        } catch {
            throw database.explained(error)
        }
    }

    /// Takes the key of a login away. False where it had none.
    package func remove(login: String) throws(PanelDatabaseError) -> Bool {
        do {
            return try database.change { operation in
                try operation.db.change(sql: "DELETE FROM license_credentials WHERE login = ?", arguments: [login])
                return operation.db.changesCount > 0
            }
        } catch {
            throw database.explained(error)
        }
    }

    /// Tells whether this is the login's key. Takes as long where there is no such login.
    static func matches(_ key: String, of login: String, in db: Database) throws -> Bool {
        let kept = try hash(of: login, in: db)
        // The comparison of two keys looks at every byte of both.
        let isRight = SymmetricKey(data: kept ?? Data(count: 32)) == SymmetricKey(data: hash(of: key))
        return isRight && kept != nil
    }

    /// The hash of a login's key, which is another one when the key is; nil where it has none.
    static func hash(of login: String, in db: Database) throws -> Data? {
        try Data.fetchOne(db, sql: "SELECT key_hash FROM license_credentials WHERE login = ?", arguments: [login])
    }

    private static func hash(of key: String) -> Data {
        Data(SHA256.hash(data: Data(key.utf8)))
    }
}
