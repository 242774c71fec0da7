package import CallbackCore

/// What an expression does with a value before it is written. A filter sees the value itself; escaping comes after.
///
/// What a filter makes of a value never changes: rule books that were kept are rendered with it later.
package enum Filter: Hashable, Sendable {
    /// Takes the place of a value that is missing or null.
    case fallback(JSONValue)
    case json
    case string
    case number
    case bool
    case lower
    case upper
    case trim
    /// At most so many characters.
    case truncate(Int)
    case replace(String, with: String)
    case date(DateFormat)
    case join(String)
    case length

    /// Why a value cannot be taken.
    struct Refusal: Error, Hashable {
        /// What it met, in words.
        let met: String
        /// What it takes instead, in words.
        let rule: String
    }

    static let longestText = 1_000_000

    package var name: FilterName {
        switch self {
        case .fallback: .default
        case .json: .json
        case .string: .string
        case .number: .number
        case .bool: .bool
        case .lower: .lower
        case .upper: .upper
        case .trim: .trim
        case .truncate: .truncate
        case .replace: .replace
        case .date: .date
        case .join: .join
        case .length: .length
        }
    }

    /// What the filter makes of a value. Null stays null, but for `default` and `json`.
    func apply(to value: JSONValue) throws(Refusal) -> JSONValue {
        switch (self, value) {
        case (.fallback(let other), .null): return other
        case (.fallback, _): return value
        case (.json, _): return .string(value.text)
        case (_, .null): return .null
        case (.string, _): return .string(try text(value))
        case (.lower, _): return .string(try text(value).lowercased())
        case (.upper, _): return .string(try text(value).uppercased())
        case (.trim, _): return .string(try text(value).trimmed)
        // Characters as people see them: an accent or a family of emoji is never cut from its letter.
        case (.truncate(let count), _): return .string(String(try text(value).prefix(count)))
        case (.replace(let old, let new), _): return .string(try text(value).replacing(bytesOf: old, with: new))
        case (.number, .integer), (.number, .double): return value
        case (.number, .string(let text)): return try number(text)
        case (.bool, _): return .bool(try flag(value))
        case (.length, .string(let text)): return .integer(Int64(text.count))
        case (.length, .array(let elements)): return .integer(Int64(elements.count))
        case (.length, .object(let object)): return .integer(Int64(object.members.count))
        case (.date(let format), .string(let text)):
            guard let time = Timestamp(rfc3339: text) else { throw refusal("a text that is no time") }
            return format.value(of: time)
        case (.date(let format), .integer(let seconds)):
            guard let time = Timestamp(secondsSince1970: seconds) else { throw refusal("a number beyond all years") }
            return format.value(of: time)
        case (.join(let separator), .array(let elements)): return try join(elements, separator)
        case (.number, _), (.length, _), (.date, _), (.join, _): throw refusal(ValueKind(value).rawValue)
        }
    }

    private func refusal(_ met: String) -> Refusal { Refusal(met: met, rule: name.rule) }

    private func text(_ value: JSONValue) throws(Refusal) -> String {
        switch value {
        case .string(let text): return text
        case .bool, .integer, .double: return value.text
        case .null, .array, .object: throw refusal(ValueKind(value).rawValue)
        }
    }

    private func number(_ text: String) throws(Refusal) -> JSONValue {
        // Whatever is no number is refused below, with its text.
        switch try? JSONParser.parse(text.utf8) {
        // The parser skips the space around a value; a number has none.
        case .integer(let number)? where !text.holdsSpace: return .integer(number)
        case .double(let number)? where !text.holdsSpace: return .double(number)
        default: throw refusal("a text that is no number")
        }
    }

    private func flag(_ value: JSONValue) throws(Refusal) -> Bool {
        switch value {
        case .bool(let flag): return flag
        case 1, "1", "true": return true
        case 0, "0", "false": return false
        case .array, .object: throw refusal(ValueKind(value).rawValue)
        default: throw refusal("\(ValueKind(value).rawValue) that is no boolean")
        }
    }

    private func join(_ elements: [JSONValue], _ separator: String) throws(Refusal) -> JSONValue {
        var texts: [String] = []
        for element in elements {
            switch element {
            case .null: texts.append("")
            case .array, .object: throw refusal("a list that holds \(ValueKind(element).rawValue)")
            default: texts.append(try text(element))
            }
        }
        return .string(texts.joined(separator: separator))
    }
}

extension String {
    fileprivate var trimmed: String {
        let scalars = unicodeScalars
        let start = scalars.firstIndex { !$0.properties.isWhitespace } ?? scalars.endIndex
        let end = scalars.lastIndex { !$0.properties.isWhitespace }.map { scalars.index(after: $0) } ?? start
        return String(scalars[start..<end])
    }

    fileprivate var holdsSpace: Bool { utf8.contains { $0 <= 0x20 } }

    /// Compares bytes and not characters: a line feed is found behind a carriage return too.
    fileprivate func replacing(bytesOf old: String, with new: String) -> String {
        let bytes = Array(utf8)
        let wanted = Array(old.utf8)
        var result: [UInt8] = []
        var position = 0
        while position < bytes.count {
            if position + wanted.count <= bytes.count, bytes[position..<position + wanted.count].elementsEqual(wanted) {
                result += new.utf8
                position += wanted.count
            } else {
                result.append(bytes[position])
                position += 1
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
