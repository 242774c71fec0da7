import GRDB

/// `customer`: the people who have subscriptions.
struct CustomerOperator: Operator {
    let name = "customer"
    let summary = "Customers, who have subscriptions"
    let operations = [Self.add, Self.get, Self.set, Self.del]

    static let filter = ObjectFilter(
        noun: "customer", table: "clients", condition: "type = 'client'", owner: "vendor_id",
        criteria: [
            .init(element: "id", type: .identifier, condition: "id = :value", summary: "By number"),
            .init(element: "login", type: .name, condition: "login = :value", summary: "By login name"),
            .init(
                element: "owner-id", type: .identifier, condition: "vendor_id = :value",
                summary: "All of an owner, by its number"),
            .init(
                element: "owner-login", type: .name,
                condition: "vendor_id = (SELECT id FROM clients WHERE login = :value)",
                summary: "All of an owner, by its login name"),
            .init(element: "guid", type: .name, condition: "guid = :value", summary: "By GUID"),
            .init(
                element: "external-id", type: .name, condition: "external_id = :value",
                summary: "By the number that another system gave it"),
        ])

    /// Creates a customer.
    static let add = PacketOperation.change(
        "add", "Create a customer",
        grammar: .sequence([
            .required("gen_info", .sequence(CustomerAccount.ofNew), "The customer")
        ]),
        answer: [
            .optional("id", .identifier, "The number of the new customer"),
            .optional("guid", .name, "Its GUID"),
        ]
    ) { node, operation in
        let db = operation.db
        let info = node.child("gen_info") ?? node
        let owner = try AccountOwner.named(by: info, in: operation.view)
        let status = try ObjectStatus.named(by: info) ?? ObjectStatus.active
        let login = info.string("login") ?? ""
        try refuseTakenLogin(login, in: db)
        let guid = Guid.random()
        let columns = CustomerAccount.columns(of: info)
        let fixed: [(String, any DatabaseValueConvertible)] = [
            ("account_id", 0), ("status", status), ("guid", guid), ("parent_id", owner), ("type", "client"),
            ("vendor_id", owner), ("passwd", ""),
        ]
        let names = columns.map(\.column) + fixed.map(\.0)
        let arguments: [(any DatabaseValueConvertible)?] = columns.map(\.value) + fixed.map(\.1)
        try db.change(
            sql: """
                INSERT INTO clients (cr_date, \(names.joined(separator: ", ")))
                VALUES (date('now')\(String(repeating: ", ?", count: names.count)))
                """, arguments: StatementArguments(arguments))
        let id = db.lastInsertedRowID
        try operation.log(.clientCreate, id, new: try CustomerAccount(id, in: db).logged)
        return [.ok([PacketNode("id", text: String(id)), PacketNode("guid", text: guid)])]
    }

    /// - Throws: 1007 where an account has that login, whoever's it is: logins are one for the whole panel.
    static func refuseTakenLogin(_ login: String, in db: Database) throws {
        guard try !db.exists("clients WHERE login = ?", arguments: [login]) else {
            throw PacketError(.alreadyExists, "There is an account with login \"\(login)\" already")
        }
    }
}
