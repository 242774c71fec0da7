import GRDB

/// The list by which a plan offers apps: a white one names what is in the plan, a black one what is not.
///
/// Plans can share a list, and what is added through one of them is then in all of them. A plan without a list offers
/// every app.
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

    /// What has a list: a plan, or a subscription that differs from its plan.
    enum Holder {
        case plan(Int64)
        case subscription(Int64)

        fileprivate func find(in db: Database) throws -> Int64? {
            switch self {
            case .plan(let id): try PlanValue.find(element, of: id, in: db).flatMap { Int64($0) }
            case .subscription(let id): try SubscriptionProperty.find(element, of: id, in: db).flatMap { Int64($0) }
            }
        }

        fileprivate func point(to list: Int64, in db: Database) throws {
            let row = SettingRow(element: element, value: String(list))
            switch self {
            case .plan(let id): try PlanValue.set(row, of: id, in: db)
            case .subscription(let id): try SubscriptionProperty.set(row, of: id, in: db)
            }
        }
    }

    /// The list of a plan or subscription, or nil where it has none.
    static func find(of holder: Holder, in db: Database) throws -> AppFilter? {
        guard let id = try holder.find(in: db) else { return nil }
        let request = SQLRequest<String>(
            sql: "SELECT type FROM smb_apsBundleFilters WHERE id = ?", arguments: [id], cached: true)
        return try request.fetchOne(db).map { AppFilter(id: id, isWhite: $0 == "white") }
    }

    /// The list of a plan or subscription; an empty white one is made where it has none.
    static func make(ifMissingFor holder: Holder, in db: Database) throws -> AppFilter {
        try find(of: holder, in: db) ?? make(for: holder, isWhite: true, in: db)
    }

    /// Gives a plan or subscription a list that holds what another's holds, if that has one.
    static func copy(of original: Holder, into holder: Holder, in db: Database) throws {
        guard let list = try find(of: original, in: db) else { return }
        let copy = try make(for: holder, isWhite: list.isWhite, in: db)
        for app in try list.apps(in: db) { try copy.insert(app, in: db) }
    }

    /// Takes the plan's list away, so that it offers every app.
    static func remove(fromPlan plan: Int64, in db: Database) throws {
        let list = try find(of: .plan(plan), in: db)
        _ = try PlanValue.remove(element, of: plan, in: db)
        try list?.removeIfUnused(in: db)
    }

    /// Removes the list and what is on it where nothing points to it.
    func removeIfUnused(in db: Database) throws {
        let pointers = ["TmplData WHERE element", "SubscriptionProperties WHERE name"]
        for pointer in pointers {
            let isUsed = try db.exists("\(pointer) = '\(Self.element)' AND value = ?", arguments: [String(id)])
            guard !isUsed else { return }
        }
        try db.change(sql: "DELETE FROM smb_apsBundleFilterItems WHERE filterId = ?", arguments: [id])
        try db.change(sql: "DELETE FROM smb_apsBundleFilters WHERE id = ?", arguments: [id])
    }

    /// What is on the list.
    func apps(in db: Database) throws -> [App] {
        let request = SQLRequest<Row>(
            sql: "SELECT propertyName, propertyValue FROM smb_apsBundleFilterItems WHERE filterId = ? ORDER BY id",
            arguments: [id], cached: true)
        return try request.fetchAll(db).map { App(property: $0[0] ?? "", value: $0[1] ?? "") }
    }

    /// Makes the list offer an app. On a black list what is named is left out, so it is struck off there.
    ///
    /// - Returns: false where it does so already, and nothing was changed.
    func offer(_ app: App, in db: Database) throws -> Bool {
        try isWhite ? insert(app, in: db) : strike(app, in: db)
    }

    /// Makes the list offer an app no more.
    ///
    /// - Returns: false where it does not, and nothing was changed.
    func withdraw(_ app: App, in db: Database) throws -> Bool {
        try isWhite ? strike(app, in: db) : insert(app, in: db)
    }

    private static func make(for holder: Holder, isWhite: Bool, in db: Database) throws -> AppFilter {
        try db.change(
            sql: "INSERT INTO smb_apsBundleFilters (type) VALUES (?)", arguments: [isWhite ? "white" : "black"])
        let id = db.lastInsertedRowID
        try holder.point(to: id, in: db)
        return AppFilter(id: id, isWhite: isWhite)
    }

    @discardableResult
    private func insert(_ app: App, in db: Database) throws -> Bool {
        guard try row(of: app, in: db) == nil else { return false }
        try db.change(
            sql: "INSERT INTO smb_apsBundleFilterItems (filterId, propertyName, propertyValue) VALUES (?, ?, ?)",
            arguments: [id, app.property, app.value])
        return true
    }

    private func strike(_ app: App, in db: Database) throws -> Bool {
        guard let row = try row(of: app, in: db) else { return false }
        try db.change(sql: "DELETE FROM smb_apsBundleFilterItems WHERE id = ?", arguments: [row])
        return true
    }

    private func row(of app: App, in db: Database) throws -> Int64? {
        let request = SQLRequest<Int64>(
            sql: """
                SELECT id FROM smb_apsBundleFilterItems
                WHERE filterId = ? AND propertyName = ? AND propertyValue = ?
                """, arguments: [id, app.property, app.value], cached: true)
        return try request.fetchOne(db)
    }
}
