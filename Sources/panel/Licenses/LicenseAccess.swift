import PanelKit

/// Licences, wherever they are.
protocol LicenseAccess {
    func keys(of kind: LicenseKind) throws -> [String]
    func products(of kind: LicenseKind) throws -> [String]
    /// The properties as JSON.
    func properties(of kind: LicenseKind, _ number: String) throws -> [UInt8]
    func edit(_ kind: LicenseKind, _ number: String, _ edit: LicenseEdit) throws
    func terminate(_ kind: LicenseKind, _ number: String) throws
    /// - Returns: the key number.
    func place(_ order: LicenseOrder) throws -> String
}
