import GRDB

/// Whose plans an operation is about.
enum PlanOwner {
    static let administrator: Int64 = 1

    static let grammar = PacketGrammar.Part.choice(
        [.required("owner-id", .value(.unchecked)), .required("owner-login", .value(.unchecked))], required: false)

    /// The owner that the packet names, or nil where it names none.
    ///
    /// - Throws: 1015 where nobody who can own plans has that id or login, 1019 where the id is no number.
    static func named(by node: PacketNode, in db: Database) throws -> Int64? {
        if let text = node.string("owner-id") {
            guard let id = Int64(text), id > 0 else {
                throw PacketError.invalid("owner-id", "expected a positive whole number, found \"\(text.prefix(40))\"")
            }
            return try find("id = ?", id, named: "id \(id)", in: db)
        }
        if let login = node.string("owner-login") {
            return try find("login = ?", login, named: "login \"\(login.prefix(255))\"", in: db)
        }
        return nil
    }

    private static func find(
        _ condition: String, _ value: some DatabaseValueConvertible, named name: String, in db: Database
    ) throws -> Int64 {
        let id = try Int64.fetchOne(
            db, sql: "SELECT id FROM clients WHERE \(condition) AND type IN ('admin', 'reseller')", arguments: [value])
        guard let id else {
            throw PacketError(.unknownOwner, "There is no administrator or reseller with \(name)")
        }
        return id
    }
}
