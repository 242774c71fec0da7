import GRDB

/// One row of `SubscriptionProperties`: a plan item that a subscription has by itself, or its list of apps.
enum SubscriptionProperty {
    static func find(_ name: String, of subscription: Int64, in db: Database) throws -> String? {
        try SQLRequest<String>(
            sql: "SELECT value FROM SubscriptionProperties WHERE subscription_id = ? AND name = ?",
            arguments: [subscription, name], cached: true
        ).fetchOne(db)
    }

    static func set(_ row: SettingRow, of subscription: Int64, in db: Database) throws {
        try db.change(
            sql: """
                INSERT INTO SubscriptionProperties (subscription_id, name, value) VALUES (?, ?, ?)
                ON CONFLICT (subscription_id, name) DO UPDATE SET value = excluded.value
                """, arguments: [subscription, row.element, row.value])
    }

    /// - Returns: false where there is none of that name.
    static func remove(_ name: String, of subscription: Int64, in db: Database) throws -> Bool {
        try db.change(
            sql: "DELETE FROM SubscriptionProperties WHERE subscription_id = ? AND name = ?",
            arguments: [subscription, name])
        return db.changesCount > 0
    }

    /// The plan items of a subscription, its own and those of its plans, by name.
    static func planItems(of subscription: Int64, in db: Database) throws -> [String] {
        try SQLRequest<String>(
            sql: """
                SELECT name FROM PlanItems WHERE name IN (
                    SELECT name FROM SubscriptionProperties WHERE subscription_id = ?1
                    UNION SELECT element FROM TmplData d
                    JOIN PlansSubscriptions p ON p.plan_id = d.tmpl_id WHERE p.subscription_id = ?1
                ) ORDER BY name
                """, arguments: [subscription], cached: true
        ).fetchAll(db)
    }
}
