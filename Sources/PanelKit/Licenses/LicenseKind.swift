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

    /// The kind that a key number names; nil where it is none.
    package init?(ofKey number: String) {
        guard let stable = KeyNumber.stablePart(of: number),
            let kind = Self.allCases.first(where: { stable.hasPrefix($0.keyPrefix + ".") })
        else { return nil }
        self = kind
    }
}
