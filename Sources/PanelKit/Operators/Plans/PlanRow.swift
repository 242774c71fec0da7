import GRDB

/// A row of `Templates`, with the login of its owner.
struct PlanRow {
    let id: Int64
    let name: String
    let guid: String
    let externalID: String?
    let ownerID: Int64
    let ownerLogin: String

    /// - Throws: 1013 where the plan is gone.
    init(_ id: Int64, in db: Database) throws {
        let request = SQLRequest<Row>(
            sql: """
                SELECT t.name, t.uuid, t.external_id, t.owner_id, c.login FROM Templates t
                JOIN clients c ON c.id = t.owner_id WHERE t.id = ?
                """, arguments: [id], cached: true)
        guard let row = try request.fetchOne(db) else {
            throw PacketError(.unknownObject, "Plan \(id) is gone")
        }
        self.id = id
        name = row[0]
        guid = row[1]
        externalID = row[2]
        ownerID = row[3]
        ownerLogin = row[4]
    }

    /// Adds a plan without any value.
    ///
    /// - Throws: 1007 where the owner has a plan of that kind and name.
    static func insert(
        _ kind: PlanKind, name: String, owner: Int64, externalID: String?, in db: Database
    ) throws -> (id: Int64, guid: String) {
        guard try !kind.exists(name: name, owner: owner, in: db) else {
            throw PacketError(.alreadyExists, "The owner already has a \(kind.noun) with name \"\(name)\"")
        }
        let guid = Guid.random()
        try db.change(
            sql: "INSERT INTO Templates (name, owner_id, type, uuid, external_id) VALUES (?, ?, ?, ?, ?)",
            arguments: [name, owner, kind.type, guid, externalID]
        )
        return (db.lastInsertedRowID, guid)
    }
}
