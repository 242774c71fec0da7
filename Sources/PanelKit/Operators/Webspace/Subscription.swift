import GRDB

/// What a customer has of plans: a row of `Subscriptions`, hanging on the main domain.
struct Subscription {
    let id: Int64
    /// The main domain.
    let domain: Int64
    let isLocked: Bool
    let isSynchronized: Bool

    private init(id: Int64, domain: Int64, isLocked: Bool, isSynchronized: Bool) {
        self.id = id
        self.domain = domain
        self.isLocked = isLocked
        self.isSynchronized = isSynchronized
    }

    /// - Throws: 1013 where the domain has none.
    init(ofDomain domain: Int64, in db: Database) throws {
        let request = SQLRequest<Row>(
            sql: "SELECT id, locked, synchronized FROM Subscriptions WHERE object_id = ? AND object_type = 'domain'",
            arguments: [domain], cached: true)
        guard let row = try request.fetchOne(db) else {
            throw PacketError(.unknownObject, "Domain \(domain) has no subscription")
        }
        id = row[0]
        self.domain = domain
        isLocked = row[1] == "true"
        isSynchronized = row[2] == "true"
    }

    static func insert(domain: Int64, externalID: String?, in db: Database) throws -> Subscription {
        try db.change(
            sql: "INSERT INTO Subscriptions (object_id, object_type, uuid, external_id) VALUES (?, 'domain', ?, ?)",
            arguments: [domain, Guid.random(), externalID])
        return Subscription(id: db.lastInsertedRowID, domain: domain, isLocked: false, isSynchronized: true)
    }

    /// A plan or addon that the subscription has.
    struct Assigned {
        let plan: Int64
        let guid: String
        let isAddon: Bool
    }

    /// The plan first, then its addons.
    func plans(in db: Database) throws -> [Assigned] {
        let request = SQLRequest<Row>(
            sql: """
                SELECT t.id, t.uuid, t.type FROM PlansSubscriptions p JOIN Templates t ON t.id = p.plan_id
                WHERE p.subscription_id = ? ORDER BY t.type, t.id
                """, arguments: [id], cached: true)
        return try request.fetchAll(db).map { Assigned(plan: $0[0], guid: $0[1], isAddon: $0[2] == "domain_addon") }
    }

    func assign(_ plan: Int64, in db: Database) throws {
        try db.change(
            sql: "INSERT INTO PlansSubscriptions (subscription_id, plan_id) VALUES (?, ?)", arguments: [id, plan])
    }

    /// - Returns: false where the subscription does not have it.
    func unassign(_ plan: Int64, in db: Database) throws -> Bool {
        try db.change(
            sql: "DELETE FROM PlansSubscriptions WHERE subscription_id = ? AND plan_id = ?", arguments: [id, plan])
        return db.changesCount > 0
    }

    /// Remembers that it differs from its plans from now on.
    func markCustom(in db: Database) throws {
        try db.change(
            sql: "UPDATE Subscriptions SET custom = 'true' WHERE id = ? AND custom <> 'true'", arguments: [id])
    }

    /// Gives it the limits and permissions of its plans: addons add to a limit, and -1 is unlimited.
    func takeOverPlans(in db: Database) throws {
        var limits: [String: String] = [:]
        var permissions: [String: String] = [:]
        let assignments = try plans(in: db)
        if assignments.count == 1 { return try takeOver(assignments[0].plan, in: db) }
        for assigned in assignments {
            for (name, value) in try PlanValue.all(of: assigned.plan, in: db) {
                if SettingNames.limits.contains(name) {
                    limits[name] = Self.sum(limits[name], value)
                } else if SettingNames.permissions.contains(name) {
                    permissions[name] = permissions[name] == "true" || value == "true" ? "true" : "false"
                } else if name == "overuse" {
                    limits[name] = value
                }
            }
        }
        try replace(.limits, with: limits, in: db)
        try replace(.permissions, with: permissions, in: db)
    }

    /// One plan alone: its values as they are.
    private func takeOver(_ plan: Int64, in db: Database) throws {
        for table in [DomainTable.limits, .permissions] {
            try table.removeAll(of: domain, in: db)
            try table.copy(from: plan, to: domain, in: db)
        }
    }

    private func replace(_ table: DomainTable, with values: [String: String], in db: Database) throws {
        try table.removeAll(of: domain, in: db)
        let rows = values.sorted { $0.key < $1.key }.map { SettingRow(element: $0.key, value: $0.value) }
        try table.set(rows, of: domain, in: db)
    }

    private static func sum(_ before: String?, _ more: String) -> String {
        guard let before = before.flatMap({ Int64($0) }), let more = Int64(more) else { return before ?? more }
        guard before >= 0, more >= 0 else { return "-1" }
        let (sum, isTooLarge) = before.addingReportingOverflow(more)
        return isTooLarge ? "-1" : String(sum)
    }
}
