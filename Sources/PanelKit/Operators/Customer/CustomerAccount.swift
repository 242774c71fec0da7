import GRDB

/// A customer's row of `clients`: what packets say of it, and what the panel's log says of it.
struct CustomerAccount {
    /// Elements of `gen_info` that are columns of the same kind, with what the log calls them.
    private static let contact: [(element: String, column: String, component: String, PacketGrammar.Part)] = [
        ("cname", "cname", "company_name", .optional("cname", .string, "The company")),
        ("phone", "phone", "phone", .optional("phone", .string, "The telephone number")),
        ("fax", "fax", "fax", .optional("fax", .string, "The fax number")),
        ("email", "email", "email", .optional("email", .string, "The e-mail address")),
        ("address", "address", "address", .optional("address", .string, "The street")),
        ("city", "city", "city", .optional("city", .string, "The city")),
        ("state", "state", "state_province", .optional("state", .string, "The state or province")),
        ("pcode", "pcode", "postal_zip_code", .optional("pcode", .brief(10), "The postal code")),
        ("country", "country", "country", .optional("country", .brief(2), "The country, in two letters")),
    ]

    /// All elements that are columns, in the order of the packets.
    private static let columns =
        [("cname", "cname"), ("pname", "pname"), ("login", "login")]
        + contact.dropFirst().map { ($0.element, $0.column) }
        + [("locale", "locale"), ("external-id", "external_id"), ("description", "description")]

    /// `gen_info` of a new customer.
    static let ofNew: [PacketGrammar.Part] =
        [
            contact[0].3,
            .required("pname", .name, "The person's name"),
            .required("login", .name, "The login name; no two accounts have the same"),
            .required(
                "passwd", .secret,
                "A password. It is not kept: nothing that this panel offers lets customers log in"),
            ObjectStatus.grammar,
        ] + contact.dropFirst().map(\.3)
        + [.optional("locale", .brief(17), "The language: en-US")] + [AccountOwner.grammar] + trailing

    /// `gen_info` as it can be changed.
    static let ofChange: [PacketGrammar.Part] =
        [
            contact[0].3,
            .optional("pname", .name, "The person's name"),
            .optional("login", .name, "The login name"),
            .optional("passwd", .secret, "A password, which is not kept"),
            ObjectStatus.grammar,
        ] + contact.dropFirst().map(\.3)
        + [
            .optional("locale", .brief(17), "The language: en-US"),
            .optional("guid", .name, "The GUID"),
        ] + trailing

    /// `gen_info` in answers.
    static let described: [PacketGrammar.Part] =
        [
            .required("cr_date", .string, "The day it was made"),
            contact[0].3,
            .required("pname", .name, "The person's name"),
            .required("login", .name, "The login name"),
            .required("status", .integer, "0 where it is active"),
        ] + contact.dropFirst().map(\.3)
        + [
            .optional("locale", .string, "The language"),
            .required("guid", .name, "The GUID"),
            .optional("owner-id", .identifier, "The number of the administrator or reseller it belongs to"),
            .optional("owner-login", .name, "The login name of that owner"),
            .optional("vendor-guid", .name, "The GUID of that owner"),
        ] + trailing

    private static let trailing: [PacketGrammar.Part] = [
        .optional("external-id", .string, "The number that another system knows it by"),
        .optional("description", .string, "A remark"),
    ]

    let id: Int64
    let status: Int64
    private let row: Row

    /// - Throws: 1013 where the customer is gone.
    init(_ id: Int64, in db: Database) throws {
        let request = SQLRequest<Row>(
            sql: """
                SELECT c.*, v.login AS owner_login, v.guid AS owner_guid FROM clients c
                LEFT JOIN clients v ON v.id = c.vendor_id WHERE c.id = ?
                """, arguments: [id], cached: true)
        guard let row = try request.fetchOne(db) else { throw PacketError(.unknownObject, "Customer \(id) is gone") }
        self.id = id
        self.row = row
        status = row["status"]
    }

    /// The values that the panel's log keeps.
    var logged: PanelOperation.LoggedValues {
        var values = ["contact_name": text("pname"), "login_name": text("login"), "status": String(status)]
        for field in Self.contact { values[field.component] = text(field.column) }
        return values.compactMapValues { $0 }
    }

    /// `gen_info` of an answer.
    var nodes: [PacketNode] {
        let special: [String: String?] = [
            "status": String(status), "owner-id": (row["vendor_id"] as Int64?).map { String($0) },
            "owner-login": text("owner_login"), "vendor-guid": text("owner_guid"), "external-id": text("external_id"),
            "cr_date": text("cr_date") ?? "",
        ]
        return Self.described.flatMap(\.elements).compactMap { element in
            let value = special[element.name] ?? text(element.name)
            return value.map { PacketNode(element.name, text: $0) }
        }
    }

    private func text(_ column: String) -> String? { row[column] }

    /// The columns that a packet gives, with their values; an empty text is nothing.
    static func columns(of node: PacketNode) -> [(column: String, value: String?)] {
        columns.compactMap { element, column in
            guard let value = node.string(element) else { return nil }
            guard value.isEmpty else { return (column, value) }
            // An account always has a language.
            return column == "locale" ? nil : (column, nil)
        }
    }
}
