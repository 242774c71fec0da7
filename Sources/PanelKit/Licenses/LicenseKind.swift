/// What a licence is for. The raw value is the word of the command line, the database and the licence API.
package enum LicenseKind: String, Sendable, CaseIterable {
    case plesk
    case cpanel
    case virtuozzo

    /// The letters with which its key numbers begin.
    var keyPrefix: String {
        switch self {
        case .plesk: "PLSK"
        case .cpanel: "CPNL"
        case .virtuozzo: "VZ"
        }
    }
}
