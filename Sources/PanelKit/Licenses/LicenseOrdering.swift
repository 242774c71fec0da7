import GRDB

/// Carries out licence orders on a panel database.
package struct LicenseOrdering: Sendable {
    private let database: PanelDatabase

    package init(database: PanelDatabase) {
        self.database = database
    }

    /// Writes the licence and its order in one operation.
    ///
    /// - Returns: the new key number.
    package func place(_ order: LicenseOrder) throws(PanelDatabaseError) -> KeyNumber {
        do {
            return try database.change { operation in try Self.place(order, in: operation) }
        } catch {
            throw database.explained(error)
        }
    }

    /// Writes the licence and its order, as part of an operation.
    static func place(_ order: LicenseOrder, in operation: PanelOperation) throws -> KeyNumber {
        let db = operation.db
        let key = try KeyNumber.unused(for: order.product.kind, in: db)
        let now = try String.fetchOne(db, sql: "SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 'now')")
        try insertLicense(order, key, orderedAt: now, in: db)
        try insertOrder(order, license: db.lastInsertedRowID, orderedAt: now, in: db)
        return key
    }

    private static func insertLicense(
        _ order: LicenseOrder, _ key: KeyNumber, orderedAt now: String?, in db: Database
    ) throws {
        try db.change(
            sql: """
                INSERT INTO licenses
                    (kind, key_number, product, title, comment, server_ip, period, os, options, ordered_at, expires_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, strftime('%Y-%m-%dT%H:%M:%fZ', ?, ?))
                """,
            arguments: [
                order.product.kind.rawValue, key.description, order.product.name, order.title, order.comment,
                order.serverIP, order.period, order.os, order.optionsJSON, now, now, "+\(order.period) months",
            ]
        )
    }

    private static func insertOrder(
        _ order: LicenseOrder, license: Int64, orderedAt now: String?, in db: Database
    ) throws {
        try db.change(
            sql: """
                INSERT INTO license_orders
                    (license_id, kind, product, title, comment, period, os, server_ip, options, addons, ordered_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                license, order.product.kind.rawValue, order.product.name, order.title, order.comment, order.period,
                order.os, order.serverIP, order.optionsJSON, order.addonsJSON, now,
            ]
        )
    }
}

extension LicenseOrder {
    /// The options as a JSON object. Names and values come from the catalogue and need no escapes.
    var optionsJSON: String {
        "{" + options.map { "\"\($0.name)\":\"\($0.value)\"" }.joined(separator: ",") + "}"
    }

    /// The add-ons as a JSON array.
    var addonsJSON: String {
        "[" + addons.map { "\"\($0)\"" }.joined(separator: ",") + "]"
    }
}
