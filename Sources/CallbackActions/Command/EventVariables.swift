import CallbackCore

/// An event's fields as `NEW_…` and `OLD_…` variables.
///
/// `data.new` and `data.old` give `NEW_<FIELD>` and `OLD_<FIELD>`; a part such as `data.plan` gives `NEW_PLAN_<FIELD>`,
/// or `OLD_PLAN_<FIELD>` where the event says that something went away.
struct EventVariables {
    /// What stands in an event's data beside its fields.
    private static let remarks: Set<String> = [
        "new", "old", "changed", "operation", "redacted", "encoded", "truncated",
    ]
    /// The last words of event types that speak of something that is no more.
    private static let departures = ["removed", "deleted", "unassigned", "terminated"]

    private(set) var list: [(name: String, value: String)] = []

    init(_ event: Event) {
        // The journal holds nothing but JSON that callbackd wrote; a text that is none has no fields to give.
        guard let body = try? JSONParser.parse(event.body), case .object(let data)? = body["data"] else { return }
        if let new = data["new"] { add("NEW", new) }
        if let old = data["old"] { add("OLD", old) }
        let side = Self.departures.contains(where: event.type.rawValue.hasSuffix) ? "OLD" : "NEW"
        for member in data.members where !Self.remarks.contains(member.key) {
            add("\(side)_\(Self.word(member.key))", member.value)
        }
        if let names = PanelVariables.names(for: event.type) {
            for (variable, field) in names {
                if let value = data["new"]?[field] { add("NEW_\(variable)", value) }
                if let value = data["old"]?[field] { add("OLD_\(variable)", value) }
            }
        }
    }

    private mutating func add(_ name: String, _ value: JSONValue) {
        switch value {
        case .object(let object):
            for member in object.members { add("\(name)_\(Self.word(member.key))", member.value) }
        case .null:
            // A whole side that is null has no variables; a field that is null is empty, as shells know it.
            if name != "NEW" && name != "OLD" { list.append((name, "")) }
        case .string(let text):
            list.append((name, text))
        case .bool, .integer, .double, .array:
            list.append((name, value.text))
        }
    }

    /// A field's name as part of a variable's name: capitals, digits and `_` only.
    private static func word(_ field: String) -> String {
        let bytes = field.utf8.map { byte -> UInt8 in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - 0x20
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): byte
            default: UInt8(ascii: "_")
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
