import GRDB

/// Finds out who calls with a secret key.
package struct SecretKeys: Sendable {
    private let database: PanelDatabase

    package init(database: PanelDatabase) {
        self.database = database
    }

    /// The caller to whom a key belongs.
    ///
    /// - Parameter address: where the call comes from; nil for a call on this machine.
    /// - Returns: nil where there is no such key, where it is not valid for that address, or where its owner may not
    ///   call the panel (any more). The answer for all of these is 11003.
    package func caller(
        for key: String, from address: String?
    ) throws(PanelDatabaseError) -> Caller? {
        let digest = SecretKey(text: key).digest
        let origins = address.map { [CallerAddress($0)?.text ?? $0] } ?? CallerAddress.loopback
        let rows: [SecretKeyRow]
        do {
            rows = try database.read { db in try SecretKeyRow.all(lookup: SecretKey.lookup(ofDigest: digest), in: db) }
        } catch {
            throw database.explained(error)
        }
        let row = rows.first { SecretKey.areEqual($0.digest, digest) && origins.contains($0.address) }
        guard let row else { return nil }
        switch (row.client, row.login, row.accountType) {
        case (nil, _, _), (_, _, "admin"): return .administrator(login: row.login ?? "admin", address: address)
        case (let id?, let login?, "reseller"): return .reseller(id: id, login: login, address: address)
        default: return nil
        }
    }
}

/// A row of `secret_keys`, with the account that the key acts for.
struct SecretKeyRow: Sendable {
    let digest: String
    let lookup: String
    let address: String
    let description: String
    /// nil for keys of the administrator.
    let client: Int64?
    let login: String?
    let accountType: String?

    private static let columns = """
        SELECT k.key_id, k.lookup_id, k.ip_address, k.description, k.client_id, c.login, c.type FROM secret_keys k
        LEFT JOIN clients c ON c.id = k.client_id AND c.status = 0
        """

    private init(_ row: Row) {
        digest = row[0]
        lookup = row[1] ?? ""
        address = row[2]
        description = row[3]
        client = row[4]
        login = row[5]
        accountType = row[6]
    }

    /// The rows of all keys with that beginning of their digest: in practice of one key, a row for each address.
    static func all(lookup: String, in db: Database) throws -> [SecretKeyRow] {
        try SQLRequest<Row>(
            sql: columns + " WHERE k.lookup_id = ? ORDER BY k.rowid", arguments: [lookup], cached: true
        ).fetchAll(db).map(SecretKeyRow.init)
    }

    /// The rows of every key that a caller may see.
    static func all(in view: PanelView) throws -> [SecretKeyRow] {
        try SQLRequest<Row>(
            sql: columns + " WHERE ?1 IS NULL OR k.client_id = ?1 ORDER BY k.rowid", arguments: [view.scope],
            cached: true
        ).fetchAll(view.db).map(SecretKeyRow.init)
    }
}
