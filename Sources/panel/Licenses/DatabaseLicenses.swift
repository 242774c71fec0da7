import FoundationEssentials
import PanelKit

/// The licences of a database on this machine.
struct DatabaseLicenses: LicenseAccess {
    let licenses: LocalLicenses

    func keys(of kind: LicenseKind) throws -> [String] { try licenses.keys(of: kind) }

    func products(of kind: LicenseKind) -> [String] { LicenseCatalog.products(of: kind).map(\.name) }

    func properties(of kind: LicenseKind, _ number: String) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(try licenses.record(of: kind, number)))
    }

    func edit(_ kind: LicenseKind, _ number: String, _ edit: LicenseEdit) throws {
        try licenses.edit(kind, number, edit)
    }

    func terminate(_ kind: LicenseKind, _ number: String) throws { try licenses.terminate(kind, number) }

    func place(_ order: LicenseOrder) throws -> String { try licenses.place(order).description }
}
