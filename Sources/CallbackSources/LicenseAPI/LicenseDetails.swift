import CallbackCore
import CallbackRows

/// The properties of one licence, with the names and types that the panel's own tables have.
struct LicenseDetails: Equatable {
    /// Properties of a licence at most.
    static let limit = 200
    /// In the order in which the panel's events have them; what the provider does not tell is null.
    private static let columns = [
        "id", "kind", "key_number", "product", "title", "comment", "server_ip", "period", "os", "options", "status",
        "ordered_at", "expires_at",
    ]
    private static let numbers = ["id", "period", "order_id"]
    /// Names in which the documentation of the API differs from its tables.
    private static let documented = ["keyNumber": "key_number", "serverIP": "server_ip"]
    private static let watch = TableWatch(table: "licenses", redaction: .credentials)

    let row: JSONObject
    /// Properties whose names say that they hold a credential; they are left out.
    let redacted: [String]

    /// What is known of a licence whose properties cannot be read.
    init(_ id: LicenseID, listedAs number: String) {
        var row = JSONObject(members: Self.columns.map { .init(key: $0, value: .null) })
        row["kind"] = .string(id.kind.rawValue)
        row["key_number"] = .string(number)
        self.row = row
        redacted = []
    }

    /// Reads an answer of the API.
    /// - Throws: where it is none about this licence.
    init(_ answer: JSONValue, of id: LicenseID, listedAs number: String) throws(LicenseProblem) {
        guard case .object(let properties) = answer else {
            throw LicenseProblem("the properties of \(number) are not an object", .refused)
        }
        guard properties.members.count <= Self.limit else {
            throw LicenseProblem("\(number) has more than \(Self.limit) properties", .refused)
        }
        var row = Self(id, listedAs: number).row
        var redacted: [String] = []
        for member in properties.members {
            let name = Self.documented[member.key] ?? member.key
            guard !Self.watch.isSensitive(name) else {
                if !redacted.contains(name) { redacted.append(name) }
                continue
            }
            row[name] = Self.value(member.value, of: name)
        }
        row["kind"] = .string(id.kind.rawValue)
        switch row["key_number"] {
        case .string(let own)? where LicenseNumber.stablePart(of: own) == id.key: break
        case .null?, nil: row["key_number"] = .string(number)
        default: throw LicenseProblem("the properties of \(number) are those of another licence", .refused)
        }
        self.row = row
        self.redacted = redacted
    }

    /// What was kept of an earlier answer.
    init(kept row: JSONObject) {
        self.row = row
        redacted = []
    }

    var isOver: Bool { row["status"]?.string == "terminated" }

    /// Numbers come as texts and objects as JSON texts where a provider hands its columns through.
    private static func value(_ value: JSONValue, of name: String) -> JSONValue {
        guard case .string(let text) = value else { return value }
        if numbers.contains(name), text.utf8.count <= 15, let number = Int64(text), String(number) == text {
            return .integer(number)
        }
        return name == "options" || name == "addons" ? value.parsedIfJSON : value
    }
}
