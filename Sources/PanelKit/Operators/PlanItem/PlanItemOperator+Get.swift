import GRDB

extension PlanItemOperator {
    /// Describes items.
    static let get = PacketOperation.read(
        "get", "Describe plan items",
        grammar: .sequence([filter.grammar]),
        answer: [
            .optional("name", .any, "The name of the plan item"),
            .optional("uuid", .name, "Its GUID"),
            .optional("class", .name, "The class: made by an administrator, or by an extension"),
            .optional("visible", .boolean, "Whether it can be added to subscriptions"),
            .optional(
                "applicable-to",
                .sequence([
                    .required("subscription", .boolean, "Subscriptions"), .required("site", .boolean, "Sites"),
                    .required("email", .boolean, "Mailboxes"),
                ]), "What it can be added to"),
        ] + PlanItemProperties.described, failure: filter.failure(echo: .failedCriterion)
    ) { node, view in
        // Plan items are nobody's: a reseller puts them into its own plans.
        let everybody = PanelView(db: view.db, caller: .local)
        return try filter.read(node, everybody, echo: .failedCriterion) { item in
            let request = SQLRequest<Row>(
                sql: """
                    SELECT name, uuid, classname, isVisible, applicableToSubscription, applicableToSite,
                        applicableToEmail
                    FROM PlanItems WHERE id = ?
                    """, arguments: [item], cached: true)
            guard let row = try request.fetchOne(view.db) else { return [] }
            func truth(_ column: String) -> String { String(row[column] != 0) }
            return [
                PacketNode("name", text: row["name"]), PacketNode("uuid", text: row["uuid"]),
                PacketNode("class", text: row["classname"]), PacketNode("visible", text: truth("isVisible")),
                PacketNode(
                    "applicable-to",
                    children: [
                        PacketNode("subscription", text: truth("applicableToSubscription")),
                        PacketNode("site", text: truth("applicableToSite")),
                        PacketNode("email", text: truth("applicableToEmail")),
                    ]),
            ] + (try PlanItemProperties.nodes(of: item, in: view.db))
        }
    }
}
