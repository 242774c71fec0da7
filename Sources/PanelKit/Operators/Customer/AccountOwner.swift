import GRDB

/// The administrator or reseller that customers belong to.
enum AccountOwner {
    static let grammar = PacketGrammar.Part.choice(
        [
            .required("owner-id", .separately(.identifier), "The number of the reseller it belongs to"),
            .required("owner-login", .separately(.name), "The login name of that reseller"),
            .required("owner-external-id", .separately(.name), "The number that another system knows that reseller by"),
        ], required: false)

    /// The owner that a packet names; else the reseller that sends it, else the administrator.
    ///
    /// - Throws: 1015 where there is none such, 1006 where a reseller names anybody else.
    static func named(by node: PacketNode, in view: PanelView) throws -> Int64 {
        let criteria = [("owner-id", "id"), ("owner-login", "login"), ("owner-external-id", "external_id")]
        for (element, column) in criteria {
            guard let text = node.string(element) else { continue }
            let request = SQLRequest<Int64>(
                sql: "SELECT id FROM clients WHERE \(column) = ? AND type IN ('admin', 'reseller')", arguments: [text],
                cached: true)
            let id = try request.fetchOne(view.db)
            if let scope = view.scope, id != scope {
                throw PacketError(.permissionDenied, "A reseller may name only itself as the owner of customers")
            }
            guard let id else {
                throw PacketError(
                    .unknownOwner, "There is no administrator or reseller with \(element) \"\(text.prefix(255))\"")
            }
            return id
        }
        return view.scope ?? PlanOwner.administrator
    }
}
