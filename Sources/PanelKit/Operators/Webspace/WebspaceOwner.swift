import GRDB

/// Whose a subscription is: a customer, a reseller, or the administrator.
struct WebspaceOwner {
    let id: Int64
    /// The administrator or reseller to whom that account belongs.
    let vendor: Int64
    let login: String

    private static let criteria: [(element: String, column: String, summary: String)] = [
        ("owner-id", "id", "The number of the owner"), ("owner-login", "login", "The login name of the owner"),
        ("owner-guid", "guid", "The GUID of the owner"),
        ("owner-external-id", "external_id", "The number that another system knows the owner by"),
    ]

    static let grammar = PacketGrammar.Part.choice(
        criteria.map {
            .required($0.element, .separately($0.element == "owner-id" ? .identifier : .name), $0.summary)
        }, required: false)

    /// The owner that a packet names, or nil where it names none.
    ///
    /// - Throws: 1015 where there is no such account, or none that the caller may see.
    static func named(by node: PacketNode?, in view: PanelView) throws -> WebspaceOwner? {
        for criterion in criteria {
            guard let text = node?.string(criterion.element) else { continue }
            guard let owner = try find(criterion.column, text, in: view) else {
                throw PacketError(
                    .unknownOwner, "There is no account with \(criterion.element) \"\(text.prefix(255))\"")
            }
            return owner
        }
        return nil
    }

    /// The caller as an owner: what is meant where a packet names none.
    static func caller(in view: PanelView) throws -> WebspaceOwner {
        let id = view.scope ?? PlanOwner.administrator
        guard let owner = try find("id", String(id), in: view) else {
            throw PacketError(.unknownOwner, "There is no account of the administrator in this panel")
        }
        return owner
    }

    private static func find(_ column: String, _ value: String, in view: PanelView) throws -> WebspaceOwner? {
        let request = SQLRequest<Row>(
            sql: """
                SELECT id, CASE type WHEN 'client' THEN vendor_id ELSE id END, login FROM clients
                WHERE \(column) = ?1 AND (?2 IS NULL OR id = ?2 OR vendor_id = ?2)
                """, arguments: [value, view.scope], cached: true)
        return try request.fetchOne(view.db).map {
            WebspaceOwner(id: $0[0], vendor: $0[1] ?? PlanOwner.administrator, login: $0[2])
        }
    }
}
