package import CallbackCore

/// Where two JSON values first differ, by value: the order of an object's members and the way a number is written do
/// not count.
package struct JSONDifference: Hashable, Sendable {
    /// From the root, such as `body.plan.ids[2]`.
    package let path: String
    /// Nil where nothing is to be there.
    package let expected: JSONValue?
    /// Nil where nothing is there.
    package let actual: JSONValue?

    /// The first difference in the order of what is expected; nil where there is none.
    package static func first(expected: JSONValue, actual: JSONValue, at path: String) -> JSONDifference? {
        switch (expected, actual) {
        case (.object(let wanted), .object(let came)): first(wanted, came, path)
        case (.array(let wanted), .array(let came)): first(wanted, came, path)
        default:
            isSame(expected, actual) ? nil : JSONDifference(path: path, expected: expected, actual: actual)
        }
    }

    private static func first(_ expected: JSONObject, _ actual: JSONObject, _ path: String) -> JSONDifference? {
        for member in expected.members {
            let place = "\(path).\(member.key)"
            guard let value = actual[member.key] else {
                return JSONDifference(path: place, expected: member.value, actual: nil)
            }
            if let difference = first(expected: member.value, actual: value, at: place) { return difference }
        }
        return actual.members.first { expected[$0.key] == nil }.map { member in
            JSONDifference(path: "\(path).\(member.key)", expected: nil, actual: member.value)
        }
    }

    private static func first(_ expected: [JSONValue], _ actual: [JSONValue], _ path: String) -> JSONDifference? {
        for (index, (wanted, came)) in zip(expected, actual).enumerated() {
            if let difference = first(expected: wanted, actual: came, at: "\(path)[\(index)]") { return difference }
        }
        guard expected.count != actual.count else { return nil }
        let index = min(expected.count, actual.count)
        return JSONDifference(
            path: "\(path)[\(index)]", expected: expected.dropFirst(index).first, actual: actual.dropFirst(index).first)
    }

    private static func isSame(_ left: JSONValue, _ right: JSONValue) -> Bool {
        switch (left, right) {
        case (.integer(let whole), .double(let number)), (.double(let number), .integer(let whole)):
            Int64(exactly: number) == whole
        // Bytes: to Swift, texts that merely look the same are equal.
        case (.string(let first), .string(let second)): first.utf8.elementsEqual(second.utf8)
        default: left == right
        }
    }

    /// The difference in words, such as `expected the number 7, came the text "7"`.
    package var words: String {
        guard let expected else { return "not expected, came \(Self.short(actual ?? .null))" }
        guard let actual else { return "expected \(Self.short(expected)), but it is not there" }
        let isOfOneKind = Self.kind(expected) == Self.kind(actual)
        func text(_ value: JSONValue) -> String {
            isOfOneKind ? Self.short(value) : "\(Self.kind(value))\(Self.short(value))"
        }
        return "expected \(text(expected)), came \(text(actual))"
    }

    private static func kind(_ value: JSONValue) -> String {
        switch value {
        case .null: ""
        case .bool: "the boolean "
        case .integer, .double: "the number "
        case .string: "the text "
        case .array: "the list "
        case .object: "the object "
        }
    }

    /// Enough of a value to recognise it.
    private static func short(_ value: JSONValue) -> String {
        let text = value.text
        return text.count > 160 ? text.prefix(159) + "…" : text
    }
}
