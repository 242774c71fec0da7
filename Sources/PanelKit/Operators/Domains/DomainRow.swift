import GRDB

/// A row of `domains`, with what packets say of it.
struct DomainRow {
    let id: Int64
    let name: String
    let hosting: String
    let status: Int64
    let guid: String
    /// The customer, reseller or administrator whose it is.
    let owner: Int64
    /// The administrator or reseller to whom that owner belongs.
    let vendor: Int64
    /// The main domain of the subscription; 0 where it is that itself.
    let webspace: Int64
    private let row: Row

    /// - Throws: 1013 where the domain is gone.
    init(_ id: Int64, in db: Database) throws {
        let request = SQLRequest<Row>(
            sql: """
                SELECT d.*, o.login AS owner_login, v.guid AS vendor_guid, w.name AS webspace_name,
                    w.guid AS webspace_guid
                FROM domains d LEFT JOIN clients o ON o.id = d.cl_id LEFT JOIN clients v ON v.id = d.vendor_id
                LEFT JOIN domains w ON w.id = d.webspace_id WHERE d.id = ?
                """, arguments: [id], cached: true)
        guard let row = try request.fetchOne(db) else { throw PacketError(.unknownObject, "Domain \(id) is gone") }
        self.id = id
        self.row = row
        name = row["name"]
        hosting = row["htype"]
        status = row["status"]
        guid = row["guid"]
        owner = row["cl_id"]
        vendor = row["vendor_id"]
        webspace = row["webspace_id"]
    }

    /// The main domain of the subscription that it belongs to.
    var mainDomain: Int64 { webspace == 0 ? id : webspace }

    /// The elements of `gen_info` that a grammar knows.
    func nodes(_ grammar: [PacketGrammar.Part]) -> [PacketNode] {
        let values: [String: String?] = [
            "cr_date": text("cr_date") ?? "", "name": text("displayName"), "ascii-name": name,
            "status": String(status), "real_size": String((row["real_size"] as Int64?) ?? 0),
            "owner-id": String(owner), "owner-login": text("owner_login"), "htype": hosting, "guid": guid,
            "vendor-guid": text("vendor_guid"), "external-id": text("external_id"),
            "webspace-id": webspace == 0 ? nil : String(webspace), "webspace-name": text("webspace_name"),
            "webspace-guid": text("webspace_guid"), "parent-site-id": parent.map { String($0) },
            "description": text("description"), "admin-description": text("adminDescription"),
            "reseller-description": text("resellerDescription"),
        ]
        return grammar.flatMap(\.elements).compactMap { element in
            (values[element.name] ?? nil).map { PacketNode(element.name, text: $0) }
        }
    }

    private var parent: Int64? {
        let parent: Int64 = row["parentDomainId"]
        return parent == 0 ? nil : parent
    }

    private func text(_ column: String) -> String? { row[column] }

    /// Adds a domain.
    ///
    /// - Throws: 1007 where the panel has a domain of that name, whoever's it is.
    static func insert(
        _ name: DomainName, hosting: String, status: Int64, owner: Int64, vendor: Int64, webspace: Int64 = 0,
        parent: Int64 = 0, in db: Database
    ) throws -> (id: Int64, guid: String) {
        try refuseTaken(name, in: db)
        let guid = Guid.random()
        try db.change(
            sql: """
                INSERT INTO domains (cr_date, name, displayName, htype, status, cl_id, vendor_id, guid, webspace_id,
                    parentDomainId)
                VALUES (date('now'), ?1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
                """, arguments: [name.text, hosting, status, owner, vendor, guid, webspace, parent])
        return (db.lastInsertedRowID, guid)
    }

    static func refuseTaken(_ name: DomainName, in db: Database) throws {
        guard try !db.exists("domains WHERE name = ?", arguments: [name.text]) else {
            throw PacketError(.alreadyExists, "There is a domain with name \"\(name.text)\" already")
        }
    }

    /// Changes one column where it differs.
    static func update(
        _ column: String, _ value: (any DatabaseValueConvertible)?, of id: Int64, in db: Database
    ) throws {
        try db.change(
            sql: "UPDATE domains SET \(column) = ?1 WHERE id = ?2 AND \(column) IS NOT ?1", arguments: [value, id])
    }
}
