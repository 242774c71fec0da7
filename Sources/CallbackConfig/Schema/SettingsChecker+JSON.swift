import CallbackCore

/// Values that are kept as JSON.
extension SettingsChecker {
    /// A node as JSON. A signing key in it is refused, and a number that JSON cannot hold.
    mutating func json(_ node: ConfigNode, _ what: String) -> JSONValue {
        switch node.content {
        case .string:
            return text(node, what).map { .string($0) } ?? .null
        case .double(let number) where !number.isFinite:
            report(.wrongKind, "\(what) must be a finite number: JSON has no other", at: node.place)
            return .null
        case .sequence(let elements):
            return .array(elements.map { json($0, what) })
        case .mapping(let members):
            return .object(JSONObject(members: members.map { .init(key: $0.key, value: json($0.value, what)) }))
        case .longNumber:
            report(
                .wrongKind, "\(what) has more digits than an event can carry", at: node.place,
                help: "write a text, as events do")
            return .null
        case .null, .bool, .integer, .double:
            return node.json
        }
    }
}
