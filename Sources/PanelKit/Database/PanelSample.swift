import FoundationEssentials
import GRDB

/// What the documented packets take for granted: the people, the plan, the plan item and the apps that they name.
///
/// Each piece is a numbered operation of its own, exactly as if somebody had entered it.
enum PanelSample {
    static let administrator: Int64 = 1
    static let reseller: Int64 = 2
    static let customer: Int64 = 3
    static let plan: Int64 = 1234
    static let planItem: Int64 = 1234

    static func insert(in db: Database) throws {
        for piece in [people, basePlan, additionalService, packages, subscription] {
            try PanelOperation.run(in: db) { try piece($0.db) }
        }
    }

    private static func people(_ db: Database) throws {
        let accounts: [(id: Int64, login: String, name: String, type: String, vendor: Int64?)] = [
            (administrator, "admin", "Administrator", "admin", nil),
            (reseller, "JDoe", "John Doe", "reseller", administrator),
            (customer, "customer", "Sample Customer", "client", reseller),
        ]
        for account in accounts {
            try db.execute(
                sql: """
                    INSERT INTO clients (id, cr_date, pname, login, account_id, guid, parent_id, type, vendor_id, passwd)
                    VALUES (?, date('now'), ?, ?, 0, ?, ?, ?, ?, '')
                    """,
                arguments: [
                    account.id, account.name, account.login, Guid.random(), account.vendor ?? 0, account.type,
                    account.vendor,
                ]
            )
        }
    }

    private static func basePlan(_ db: Database) throws {
        try db.execute(
            sql: "INSERT INTO Templates (id, name, owner_id, type, uuid) VALUES (?, 'base_plan', ?, 'domain', ?)",
            arguments: [plan, reseller, Guid.random()]
        )
        try db.execute(sql: "INSERT INTO smb_apsBundleFilters (type) VALUES ('white')")
        let values: [(String, String)] = [
            ("disk_space", "10737418240"), ("max_site", "10"), ("max_subdom", "-1"), ("max_traffic", "107374182400"),
            ("max_box", "50"), ("mbox_quota", "1073741824"), ("max_db", "5"), ("overuse", "block"),
            (AppFilter.element, String(db.lastInsertedRowID)),
        ]
        for (element, value) in values {
            try db.execute(
                sql: "INSERT INTO TmplData (tmpl_id, element, value) VALUES (?, ?, ?)",
                arguments: [plan, element, value]
            )
        }
    }

    private static func additionalService(_ db: Database) throws {
        try db.execute(
            sql: """
                INSERT INTO PlanItems (id, classname, name, isVisible, applicableToSubscription, uuid)
                VALUES (?, ?, 'Additional Service', 1, 1, '0ca04c13-55cc-2542-04b4-1f792a217a3e')
                """,
            arguments: [planItem, PlanItem.customClass]
        )
        let properties = [
            ("label", "Additional Service"), ("tooltip", "A service that can be added to plans."),
            (PlanItem.externalIDProperty, "456"),
        ]
        for (name, value) in properties {
            try db.execute(
                sql: "INSERT INTO PlanItemProperties (plan_item_id, name, value) VALUES (?, ?, ?)",
                arguments: [planItem, name, value]
            )
        }
    }

    private static func packages(_ db: Database) throws {
        for name in ["WordPress", "Joomla", "Drupal"] {
            try db.execute(
                sql: """
                    INSERT INTO smb_apsPackages (name, version, "release", cacheId, isVisible)
                    VALUES (?, '1.0', '1', ?, 1)
                    """,
                arguments: [name, Guid.random()]
            )
        }
    }

    private static func subscription(_ db: Database) throws {
        try db.execute(
            sql: """
                INSERT INTO domains (cr_date, name, displayName, htype, cl_id, guid, vendor_id)
                VALUES (date('now'), 'sample.example', 'sample.example', 'vrt_hst', ?, ?, ?)
                """,
            arguments: [customer, Guid.random(), reseller]
        )
        try db.execute(
            sql: "INSERT INTO Subscriptions (object_id, object_type, uuid) VALUES (?, 'domain', ?)",
            arguments: [db.lastInsertedRowID, Guid.random()]
        )
        try db.execute(
            sql: "INSERT INTO PlansSubscriptions (subscription_id, plan_id) VALUES (?, ?)",
            arguments: [db.lastInsertedRowID, plan]
        )
    }
}
