import GRDB

/// The accounts that may log in, for whoever may write the database.
package struct Accounts: Sendable {
    /// The login of the administrator, whom every panel has.
    package static let administrator = "admin"

    private let database: PanelDatabase

    package init(database: PanelDatabase) {
        self.database = database
    }

    /// Gives the administrator a password; makes the account where there is none.
    package func setAdministratorPassword(_ hash: PasswordHash) throws(PanelDatabaseError) {
        try change { db in
            try db.change(
                sql: """
                    INSERT INTO clients (cr_date, pname, login, account_id, guid, type, passwd)
                    VALUES (date('now'), 'Administrator', ?, 0, ?, 'admin', ?)
                    ON CONFLICT (login) DO UPDATE SET passwd = excluded.passwd
                    """,
                arguments: [Self.administrator, Guid.random(), hash.description])
        }
    }

    /// Gives an account another password.
    ///
    /// - Returns: false where there is no such login.
    package func setPassword(_ hash: PasswordHash, of login: String) throws(PanelDatabaseError) -> Bool {
        try change { db in
            try db.change(
                sql: "UPDATE clients SET passwd = ? WHERE login = ?", arguments: [hash.description, login])
            return db.changesCount > 0
        }
    }

    private func change<Value>(_ body: (Database) throws -> Value) throws(PanelDatabaseError) -> Value {
        do {
            return try database.change { operation in try body(operation.db) }
        } catch {
            throw database.explained(error)
        }
    }
}
