import GRDB

/// A plan item as it stands in the database.
struct PlanItem {
    /// The class of items that an administrator made, as opposed to those of an extension.
    static let customClass = "Plesk_PlanItem_Custom"
    static let externalIDProperty = "external_id"

    let id: Int64
    let name: String
    let guid: String
    let externalID: String?

    /// The item of that name, or nil.
    static func find(name: String, in db: Database) throws -> PlanItem? {
        let row = try Row.fetchOne(
            db,
            sql: """
                SELECT id, name, uuid, (
                    SELECT value FROM PlanItemProperties
                    WHERE plan_item_id = PlanItems.id AND PlanItemProperties.name = ?
                ) AS external_id
                FROM PlanItems WHERE name = ?
                """,
            arguments: [externalIDProperty, name]
        )
        return row.map { PlanItem(id: $0["id"], name: $0["name"], guid: $0["uuid"], externalID: $0["external_id"]) }
    }

    static func exists(name: String, in db: Database) throws -> Bool {
        try db.exists("PlanItems WHERE name = ?", arguments: [name])
    }

    /// A name for a new item: `plan-item`, then `plan-item-2`, `plan-item-3`, …
    ///
    /// Finds a free number behind a taken one with a few look-ups, however many items there are. Without removals it
    /// is the next number.
    static func nextName(in db: Database) throws -> String {
        func name(_ number: Int) -> String { number == 1 ? "plan-item" : "plan-item-\(number)" }
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
}
