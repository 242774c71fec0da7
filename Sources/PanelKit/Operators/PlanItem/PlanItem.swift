import GRDB

/// A plan item as it stands in the database.
struct PlanItem {
    /// The class of items that an administrator made, as opposed to those of an extension.
    static let customClass = "Plesk_PlanItem_Custom"
    static let externalIDProperty = "external_id"

    let id: Int64
    let name: String
    let guid: String
    let isVisible: Bool
    let externalID: String?

    /// The item of that name, or nil.
    static func find(name: String, in db: Database) throws -> PlanItem? {
        let request = SQLRequest<Row>(
            sql: """
                SELECT id, name, uuid, isVisible, (
                    SELECT value FROM PlanItemProperties
                    WHERE plan_item_id = PlanItems.id AND PlanItemProperties.name = ?
                ) AS external_id
                FROM PlanItems WHERE name = ?
                """,
            arguments: [externalIDProperty, name], cached: true)
        return try request.fetchOne(db).map {
            PlanItem(
                id: $0["id"], name: $0["name"], guid: $0["uuid"], isVisible: $0["isVisible"] != 0,
                externalID: $0["external_id"])
        }
    }

    /// The `plan-item` element by which packets name one.
    static let nameGrammar: PacketGrammar = .sequence([.required("name", .name, "The name of the plan item")])

    /// A list of them in an answer.
    static let listGrammar: PacketGrammar = .sequence([.any("plan-item", nameGrammar, "A plan item")])

    static func list(_ names: [String]) -> PacketNode {
        PacketNode(
            "plan-items",
            children: names.map { PacketNode("plan-item", children: [PacketNode("name", text: $0)]) })
    }

    /// The item that a packet names.
    ///
    /// - Throws: 1013 where there is none of that name.
    static func named(by node: PacketNode, in db: Database) throws -> PlanItem {
        let name = node.child("plan-item")?.string("name") ?? ""
        guard let item = try find(name: name, in: db) else {
            throw PacketError(.unknownObject, "There is no plan item with name \"\(name)\"")
        }
        return item
    }

    static func exists(name: String, in db: Database) throws -> Bool {
        try db.exists("PlanItems WHERE name = ?", arguments: [name])
    }

    /// A name for a new item: `plan-item`, then `plan-item-2`, `plan-item-3`, …
    ///
    /// The number behind the latest item's is free most often. Where it is not, a few look-ups find a free one behind a
    /// taken one, however many items there are.
    static func nextName(in db: Database) throws -> String {
        let latest = try SQLRequest<String>(
            sql: "SELECT name FROM PlanItems ORDER BY id DESC LIMIT 1", cached: true
        ).fetchOne(db)
        if let number = latest.flatMap(number(in:)) {
            let next = name(number + 1)
            if try !exists(name: next, in: db) { return next }
        }
        guard try exists(name: name(1), in: db) else { return name(1) }
        var taken = 1
        var free = 2
        while try exists(name: name(free), in: db) {
            taken = free
            free *= 2
        }
        while free - taken > 1 {
            let middle = (taken + free) / 2
            if try exists(name: name(middle), in: db) { taken = middle } else { free = middle }
        }
        return name(free)
    }

    private static func name(_ number: Int) -> String { number == 1 ? "plan-item" : "plan-item-\(number)" }

    /// The number that `name` made a name of.
    private static func number(in name: String) -> Int? {
        guard name != "plan-item" else { return 1 }
        guard name.hasPrefix("plan-item-"), let number = Int(name.dropFirst("plan-item-".count)) else { return nil }
        return (2..<1_000_000_000).contains(number) ? number : nil
    }
}
