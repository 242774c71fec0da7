import CallbackCore

/// What a licence source remembers: whose licences it compares, which kinds have a baseline, and the licences that it
/// has told of. All of it stands in the state file beside the source's mark and moves with it, in one transaction with
/// the events.
struct KnownLicenses {
    private static let accountTable = "account"
    private static let baselineTable = "baseline"

    /// The account that they are of; nil where there is none yet.
    private(set) var account: JSONObject?
    /// Kinds that were listed once: what was there then raised nothing.
    private(set) var baselines: Set<LicenseKind> = []
    private var licenses: [LicenseKind: [String: KnownLicense]] = [:]

    init(_ saved: [NameChange] = []) {
        for name in saved {
            if name.table == Self.accountTable {
                guard let row = name.row, case .object(let account)? = try? JSONParser.parse(row) else { continue }
                self.account = account
            } else if name.table == Self.baselineTable {
                if let kind = LicenseKind(rawValue: name.key) { baselines.insert(kind) }
            } else if let kind = LicenseKind(rawValue: name.table) {
                licenses[kind, default: [:]][name.key] = KnownLicense(key: name.key, row: name.row)
            }
        }
    }

    subscript(id: LicenseID) -> KnownLicense? { licenses[id.kind]?[id.key] }

    /// The number under which each licence of a kind was listed last, by key.
    func numbers(of kind: LicenseKind) -> [String: String] { (licenses[kind] ?? [:]).mapValues(\.number) }

    /// When the properties of each licence were read; those that never were come first, then the earliest.
    var byReading: [(id: LicenseID, readAt: Timestamp?)] {
        licenses.flatMap { kind, licenses in
            licenses.map { (id: LicenseID(kind: kind, key: $0.key), readAt: $0.value.readAt) }
        }
        .sorted { ($0.readAt?.milliseconds ?? .min, $0.id.key) < ($1.readAt?.milliseconds ?? .min, $1.id.key) }
    }

    // MARK: Changes, each with what the state file must take in

    mutating func belong(to account: JSONObject) -> NameChange {
        self.account = account
        return NameChange(table: Self.accountTable, key: "", row: Self.bytes(.object(account)))
    }

    mutating func begin(_ kind: LicenseKind, at time: Timestamp) -> NameChange {
        baselines.insert(kind)
        return NameChange(
            table: Self.baselineTable, key: kind.rawValue, row: Self.bytes(["at": .string(time.description)]))
    }

    mutating func keep(_ license: KnownLicense, as id: LicenseID) -> NameChange {
        licenses[id.kind, default: [:]][id.key] = license
        return NameChange(table: id.kind.rawValue, key: id.key, row: license.row)
    }

    mutating func forget(_ id: LicenseID) -> NameChange {
        licenses[id.kind]?[id.key] = nil
        return NameChange(table: id.kind.rawValue, key: id.key, row: nil)
    }

    private static func bytes(_ value: JSONValue) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.appendJSON(value)
        return bytes
    }
}
