/// What a licence is for; the raw value is the word of the licence API.
enum LicenseKind: String, CaseIterable, Sendable {
    case plesk
    case cpanel
    case virtuozzo
}

/// One licence of an account, whatever its revision.
struct LicenseID: Hashable, Sendable {
    let kind: LicenseKind
    /// The key number without its revision.
    let key: String
}
