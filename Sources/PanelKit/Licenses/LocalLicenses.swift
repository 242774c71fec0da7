/// The licences of a database on this machine, for whoever may write it.
package struct LocalLicenses: Sendable {
    private let database: PanelDatabase

    package init(database: PanelDatabase) {
        self.database = database
    }

    /// The key numbers of a kind, oldest first.
    package func keys(of kind: LicenseKind) throws -> [String] {
        try explaining { try database.read { db in try LicenseRegister.keys(of: kind, in: db) } }
    }

    /// - Throws: `UnknownLicense`.
    package func record(of kind: LicenseKind, _ number: String) throws -> LicenseRecord {
        try explaining { try database.read { db in try LicenseRegister.record(of: kind, number, in: db) } }
    }

    /// - Throws: `UnknownLicense`.
    package func edit(_ kind: LicenseKind, _ number: String, _ edit: LicenseEdit) throws {
        try explaining { try database.change { try LicenseRegister.edit(kind, number, edit, in: $0) } }
    }

    /// - Throws: `UnknownLicense`.
    package func terminate(_ kind: LicenseKind, _ number: String) throws {
        try explaining { try database.change { try LicenseRegister.terminate(kind, number, in: $0) } }
    }

    package func place(_ order: LicenseOrder) throws -> KeyNumber {
        try LicenseOrdering(database: database).place(order)
    }

    private func explaining<Value>(_ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let unknown as UnknownLicense {
            throw unknown
        } catch {
            throw database.explained(error)
        }
    }
}
