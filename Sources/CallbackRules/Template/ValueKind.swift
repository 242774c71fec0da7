package import CallbackCore

/// The kinds of JSON values, in the words of messages.
package enum ValueKind: String, CaseIterable, Sendable {
    case null = "null"
    case bool = "a boolean"
    case number = "a number"
    case text = "a text"
    case list = "a list"
    case object = "an object"

    package init(_ value: JSONValue) {
        self =
            switch value {
            case .null: .null
            case .bool: .bool
            case .integer, .double: .number
            case .string: .text
            case .array: .list
            case .object: .object
            }
    }
}
