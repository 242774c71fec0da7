import CallbackCore
import CallbackStore

/// What an event says about the change that it is of.
struct EventChange {
    struct Field {
        let name: String
        let old: JSONValue?
        let new: JSONValue?
    }

    /// The panel's number of the operation; nil for a row that was written outside of one.
    let operation: String?
    /// The fields that differ, of something updated; all that were there, of something created or deleted.
    let fields: [Field]
    /// Whatever else stands in the data, such as the plan or the customer concerned.
    let others: [Field]

    init(_ event: EventDetail) {
        let data = event.json["event"]?["data"] ?? .null
        operation = data["operation"].flatMap { $0.string ?? ($0 == .null ? nil : $0.text) }
        let old = Self.members(data["old"])
        let new = Self.members(data["new"])
        var names = Self.changed(data)
        if names.isEmpty { names = new.keys + old.keys.filter { new[$0] == nil } }
        fields = names.map { Field(name: $0, old: old[$0], new: new[$0]) }
        let told = ["old", "new", "changed", "operation"]
        others = Self.members(data).members.filter { !told.contains($0.key) }
            .map { Field(name: $0.key, old: nil, new: $0.value) }
    }

    private static func members(_ value: JSONValue?) -> JSONObject {
        if case .object(let object)? = value { object } else { JSONObject() }
    }

    private static func changed(_ data: JSONValue) -> [String] {
        guard case .array(let names)? = data["changed"] else { return [] }
        return names.compactMap(\.string)
    }

    var json: JSONValue {
        [
            "operation": operation.map { .string($0) } ?? .null,
            "fields": .array(
                fields.map { field in
                    ["name": .string(field.name), "old": field.old ?? .null, "new": field.new ?? .null]
                }),
        ]
    }
}

extension JSONObject {
    fileprivate var keys: [String] { members.map(\.key) }
}
