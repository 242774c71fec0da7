import GRDB

/// Somebody with a login, as `clients` has it.
struct Account: Sendable, Equatable {
    /// What an account is, by the word that the table has for it.
    enum Kind: String, Sendable {
        case administrator = "admin"
        case reseller
        case customer = "client"
    }

    let id: Int64
    let login: String
    let kind: Kind
    /// Whether the account is in use: the panel keeps 0 for that, and bits for why it is not.
    let isActive: Bool
    /// The password as it is kept; empty where none was given.
    let password: String

    static func find(login: String, in db: Database) throws -> Account? {
        let request = SQLRequest<Row>(
            sql: "SELECT id, login, type, status, passwd FROM clients WHERE login = ?", arguments: [login], cached: true
        )
        guard let row = try request.fetchOne(db), let kind = Kind(rawValue: row["type"]) else { return nil }
        return Account(
            id: row["id"], login: row["login"], kind: kind, isActive: row["status"] == 0, password: row["passwd"])
    }
}
