import CMariaDB

/// A user as the server knows it: who, and from where.
///
/// Advice names the account that there is: a statement for another host could make a second user.
package struct Account: Hashable, Sendable, CustomStringConvertible {
    let user: String
    let host: String

    /// From `user@host`.
    init?(_ text: String) {
        guard let at = text.lastIndex(of: "@") else { return nil }
        user = String(text[..<at])
        host = String(text[text.index(after: at)...])
    }

    /// The account that the server named; before it lets anybody in, the one that a refusal names.
    init(_ address: ServerAddress, _ error: MariaDBError) {
        if let account = error.account.flatMap({ Account($0) }) {
            self = account
            return
        }
        user = address.user
        let isLocal = address.socket != nil || ["127.0.0.1", "::1"].contains(address.host)
        let refused = error.message.firstRange(of: "'\(address.user)'@'").map { error.message[$0.upperBound...] }
        host = refused.map { String($0.prefix { $0 != "'" }) } ?? (isLocal ? "localhost" : "%")
    }

    /// An account as SQL takes it, from `user@host`, or from a user alone.
    static func inSQL(_ text: String) -> String { Account(text)?.description ?? text.sqlText }

    package var description: String { "\(user.sqlText)@\(host.sqlText)" }
}

extension MariaDBConnection {
    /// For whom the server takes this connection; nil where it does not answer.
    var account: String? {
        do { return try value("SELECT CURRENT_USER()") } catch { return nil }
    }
}

extension MariaDBProblem {
    /// What to say to a user who cannot see triggers.
    static func noTrigger(on connection: MariaDBConnection) -> MariaDBProblem {
        let address = connection.address
        let seen = MariaDBError(code: 0, message: "", account: connection.account)
        return .noTrigger(server: address.words, account: Account(address, seen), database: address.database)
    }
}
