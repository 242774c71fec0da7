import GRDB

/// The list by which a plan offers apps: a white one names what is in the plan, a black one what is not.
///
/// Plans can share a list, and what is added through one of them is then in all of them.
struct AppFilter {
    /// The plan's value that points to its list.
    static let element = "aps_bundle_filter_id"

    private let id: Int64
    private let isWhite: Bool

    /// An app as a packet names it, by one of its properties.
    struct App {
        /// `name` or `url`.
        let property: String
        let value: String
    }

    /// The plan's list; an empty white one is made where the plan has none.
    static func ofPlan(_ plan: Int64, in db: Database) throws -> AppFilter {
        let pointer = try PlanValue.find(element, of: plan, in: db)
        if let id = pointer.flatMap({ Int64($0) }) {
            let type = try String.fetchOne(
                db, sql: "SELECT type FROM smb_apsBundleFilters WHERE id = ?", arguments: [id])
            if let type { return AppFilter(id: id, isWhite: type == "white") }
        }
        try db.change(sql: "INSERT INTO smb_apsBundleFilters (type) VALUES ('white')")
        let id = db.lastInsertedRowID
        if pointer == nil {
            try PlanValue.insert(element, String(id), into: plan, in: db)
        } else {
            try PlanValue.update(element, String(id), of: plan, in: db)
        }
        return AppFilter(id: id, isWhite: true)
    }

    /// Makes the list offer an app.
    ///
    /// - Returns: false where it does so already, and nothing was changed.
    func offer(_ app: App, in db: Database) throws -> Bool {
        let row = try Int64.fetchOne(
            db,
            sql: """
                SELECT id FROM smb_apsBundleFilterItems
                WHERE filterId = ? AND propertyName = ? AND propertyValue = ?
                """,
            arguments: [id, app.property, app.value]
        )
        // On a black list what is named is left out, so offering it means to strike it off.
        guard (row == nil) == isWhite else { return false }
        if let row {
            try db.change(sql: "DELETE FROM smb_apsBundleFilterItems WHERE id = ?", arguments: [row])
        } else {
            try db.change(
                sql: "INSERT INTO smb_apsBundleFilterItems (filterId, propertyName, propertyValue) VALUES (?, ?, ?)",
                arguments: [id, app.property, app.value]
            )
        }
        return true
    }
}
