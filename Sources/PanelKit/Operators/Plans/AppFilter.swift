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

    /// The plan's list, or nil where it has none.
    static func find(ofPlan plan: Int64, in db: Database) throws -> AppFilter? {
        guard let id = try PlanValue.find(element, of: plan, in: db).flatMap({ Int64($0) }) else { return nil }
        let request = SQLRequest<String>(
            sql: "SELECT type FROM smb_apsBundleFilters WHERE id = ?", arguments: [id], cached: true)
        return try request.fetchOne(db).map { AppFilter(id: id, isWhite: $0 == "white") }
    }

    /// The plan's list; an empty white one is made where the plan has none.
    static func ofPlan(_ plan: Int64, in db: Database) throws -> AppFilter {
        try find(ofPlan: plan, in: db) ?? make(for: plan, isWhite: true, in: db)
    }

    /// Gives a plan a list that holds what another plan's list holds, if that has one.
    static func copy(of original: Int64, into plan: Int64, in db: Database) throws {
        guard let list = try find(ofPlan: original, in: db) else { return }
        let copy = try make(for: plan, isWhite: list.isWhite, in: db)
        for app in try list.apps(in: db) { try copy.insert(app, in: db) }
    }

    /// Takes the plan's list away, so that it offers every app.
    static func remove(fromPlan plan: Int64, in db: Database) throws {
        let list = try find(ofPlan: plan, in: db)
        _ = try PlanValue.remove(element, of: plan, in: db)
        try list?.removeIfUnused(in: db)
    }

    /// Removes the list and what is on it where no plan points to it.
    func removeIfUnused(in db: Database) throws {
        let isUsed = try db.exists(
            "TmplData WHERE element = '\(Self.element)' AND value = ?", arguments: [String(id)])
        guard !isUsed else { return }
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

    private static func make(for plan: Int64, isWhite: Bool, in db: Database) throws -> AppFilter {
        try db.change(
            sql: "INSERT INTO smb_apsBundleFilters (type) VALUES (?)", arguments: [isWhite ? "white" : "black"])
        let id = db.lastInsertedRowID
        try PlanValue.set(SettingRow(element: element, value: String(id)), of: plan, in: db)
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
