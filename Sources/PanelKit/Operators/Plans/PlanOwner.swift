import GRDB

/// Whose plans an operation is about.
enum PlanOwner {
    static let administrator: Int64 = 1

    private static let choices: [PacketGrammar.Part] = [
        .required("owner-id", .separately(.identifier), "The number of the plan's owner"),
        .required("owner-login", .separately(.name), "The login name of the plan's owner"),
    ]

    static let grammar = PacketGrammar.Part.choice(choices, required: false)

    /// For operations that can be asked about the plans of every owner by name.
    static let grammarOfAll = PacketGrammar.Part.choice(
        choices + [.required("owner-all", .empty, "The plans of every owner, which is what leaving it out means")],
        required: false)

    /// The owner that the packet names, or nil where it names none.
    ///
    /// - Throws: 1015 where nobody who can own plans has that id or login, 1019 where the id is no number, 1006 where a
    ///   reseller names anybody else.
    static func named(by node: PacketNode, in view: PanelView) throws -> Int64? {
        if let text = node.string("owner-id") {
            guard let id = Int64(text), id > 0 else {
                throw PacketError.invalid("owner-id", "expected a positive whole number, found \"\(text.prefix(40))\"")
            }
            return try find("id = ?", id, named: "id \(id)", in: view)
        }
        if let login = node.string("owner-login") {
            return try find("login = ?", login, named: "login \"\(login.prefix(255))\"", in: view)
        }
        return nil
    }

    /// The owner of a new plan: whom the packet names, else the reseller that sends it, else the administrator.
    static func ofNewPlan(_ node: PacketNode, in view: PanelView) throws -> Int64 {
        try named(by: node, in: view) ?? view.scope ?? administrator
    }

    private static func find(
        _ condition: String, _ value: some DatabaseValueConvertible, named name: String, in view: PanelView
    ) throws -> Int64 {
        let request = SQLRequest<Int64>(
            sql: "SELECT id FROM clients WHERE \(condition) AND type IN ('admin', 'reseller')", arguments: [value],
            cached: true)
        let id = try request.fetchOne(view.db)
        if let scope = view.scope, id != scope {
            throw PacketError(.permissionDenied, "A reseller may name only itself as the owner of plans")
        }
        guard let id else {
            throw PacketError(.unknownOwner, "There is no administrator or reseller with \(name)")
        }
        return id
    }
}
