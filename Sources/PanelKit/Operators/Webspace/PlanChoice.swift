import GRDB

/// The plan that a packet names for a subscription.
enum PlanChoice {
    private static let criteria: [(element: String, column: String, type: ValueType, summary: String)] = [
        ("plan-id", "id", .identifier, "A plan by its number"),
        ("plan-name", "name", .name, "A plan by its name"),
        ("plan-guid", "uuid", .name, "A plan by its GUID"),
        ("plan-external-id", "external_id", .name, "A plan by the number that another system gave it"),
    ]

    private static let choices = criteria.map {
        PacketGrammar.Part.required($0.element, .separately($0.type), $0.summary)
    }

    /// Where the plan may be left out.
    static let optional = PacketGrammar.Part.choice(choices, required: false)
    static let required = PacketGrammar.Part.choice(choices, required: true)
    /// Where a subscription can also be left without a plan.
    static let requiredOrNone = PacketGrammar.Part.choice(
        [.required("no-plan", .empty, "No plan from now on")] + choices, required: true)

    /// A plan or addon, and which of them it is.
    struct Found {
        let id: Int64
        let isAddon: Bool
    }

    /// The plan that the packet names, among those of the vendor; nil where it names none.
    ///
    /// - Throws: 1013 where the vendor has no such plan, 1019 where the number is none.
    static func named(by node: PacketNode, vendor: Int64, in db: Database) throws -> Found? {
        for criterion in criteria {
            guard let text = node.string(criterion.element) else { continue }
            if let objection = criterion.type.finalObjection(to: text) {
                throw PacketError.invalid(criterion.element, objection)
            }
            let isNumber = if case .identifier = criterion.type { true } else { false }
            let value: any DatabaseValueConvertible = isNumber ? Int64(text) ?? 0 : text
            let request = SQLRequest<Row>(
                sql: """
                    SELECT id, type FROM Templates WHERE \(criterion.column) = ? AND owner_id = ?
                    AND type IN ('domain', 'domain_addon') ORDER BY type, id LIMIT 1
                    """, arguments: [value, vendor], cached: true)
            guard let row = try request.fetchOne(db) else {
                throw PacketError(
                    .unknownObject,
                    "The subscription's vendor has no plan with \(criterion.element) \"\(text.prefix(255))\"")
            }
            return Found(id: row[0], isAddon: row[1] == "domain_addon")
        }
        return nil
    }
}
