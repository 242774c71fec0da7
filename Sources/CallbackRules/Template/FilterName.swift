/// The filters of templates by name, with what each takes and gives.
package enum FilterName: String, CaseIterable, Sendable {
    case `default`, json, string, number, bool, lower, upper, trim, truncate, replace, date, join, length

    /// How it is written.
    package var usage: String {
        switch self {
        case .default: "default(\"none\"), default(0) or default(null)"
        case .truncate: "truncate(40)"
        case .replace: "replace(\"a\", \"b\")"
        case .date: "date(\"yyyy-MM-dd\"), date(\"rfc3339\"), date(\"unix\") or date(\"http\")"
        case .join: "join(\", \")"
        case .json, .string, .number, .bool, .lower, .upper, .trim, .length: rawValue
        }
    }

    /// What stands between its parentheses, in words.
    package var arguments: String {
        switch self {
        case .default: "takes one text, number, true, false or null"
        case .truncate: "takes one whole number, 1 to \(Filter.longestText)"
        case .replace: "takes two texts in quotes, of which the first is not empty"
        case .date: "takes one text in quotes: a format"
        case .join: "takes one text in quotes, which goes between the elements"
        case .json, .string, .number, .bool, .lower, .upper, .trim, .length: "takes no argument"
        }
    }

    /// The kinds of values that it can take beside null, which passes every filter but `default` and `json`.
    package var accepts: Set<ValueKind> {
        switch self {
        case .default, .json: Set(ValueKind.allCases)
        case .string, .lower, .upper, .trim, .truncate, .replace, .bool: [.text, .number, .bool]
        case .number: [.text, .number]
        case .date: [.text, .number]
        case .join: [.list]
        case .length: [.text, .list, .object]
        }
    }

    /// What it can take, in the words of a message.
    package var rule: String {
        switch self {
        case .default, .json: "takes everything"
        case .string, .lower, .upper, .trim, .truncate, .replace: "takes a text, a number or a boolean"
        case .bool: "takes true, false, 1 and 0, as values or as texts"
        case .number: "takes a number, or a text that is a number as JSON writes it"
        case .date: "takes a time such as 2026-11-22T10:00:00Z, a date such as 2026-11-22, or whole seconds since 1970"
        case .join: "takes a list of texts, numbers and booleans"
        case .length: "takes a text, a list or an object"
        }
    }

    /// The kind of what it gives; nil where that depends on what it is given.
    package var gives: ValueKind? {
        switch self {
        case .default: nil
        case .json, .string, .lower, .upper, .trim, .truncate, .replace, .join: .text
        case .number, .length: .number
        case .bool: .bool
        // The format unix gives a number.
        case .date: nil
        }
    }

    /// The names, for a help line.
    package static var list: String { allCases.map(\.rawValue).sorted().joined(separator: ", ") }
}
