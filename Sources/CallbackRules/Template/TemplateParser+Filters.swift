import CallbackCore

/// Filters: a name, and arguments in parentheses.
extension TemplateParser {
    mutating func filter() throws(Problem) -> Filter {
        let start = position
        skipWord()
        let word = string(start..<position)
        guard let name = FilterName(rawValue: word) else {
            let label = DidYouMean.closest(to: word, among: FilterName.allCases.map(\.rawValue))
            throw Problem(
                code: .unknownFilter,
                message: word.isEmpty ? "a filter must follow \"|\"" : "unknown filter \"\(word)\"",
                range: word.isEmpty ? max(start - 1, 0)..<start : start..<position,
                label: label.map { "did you mean \"\($0)\"?" }, help: "filters: \(FilterName.list)")
        }
        let range = start..<position
        guard let arguments = arguments() else { throw Self.badArgument(name, range) }
        return try Self.filter(name, arguments, range)
    }

    private static func filter(_ name: FilterName, _ values: [JSONValue], _ range: Range<Int>) throws(Problem) -> Filter
    {
        switch (name, values.count) {
        case (.default, 1):
            switch values[0] {
            case .array, .object: break
            default: return .fallback(values[0])
            }
        case (.truncate, 1):
            if case .integer(let count) = values[0], (1...Int64(Filter.longestText)).contains(count) {
                return .truncate(Int(count))
            }
        case (.replace, 2):
            if let old = values[0].string, let new = values[1].string, !old.isEmpty { return .replace(old, with: new) }
        case (.join, 1):
            if let separator = values[0].string { return .join(separator) }
        case (.date, 1):
            if let format = values[0].string { return .date(try dateFormat(format, range)) }
        case (.json, 0): return .json
        case (.string, 0): return .string
        case (.number, 0): return .number
        case (.bool, 0): return .bool
        case (.lower, 0): return .lower
        case (.upper, 0): return .upper
        case (.trim, 0): return .trim
        case (.length, 0): return .length
        default: break
        }
        throw badArgument(name, range)
    }

    private static func dateFormat(_ text: String, _ range: Range<Int>) throws(Problem) -> DateFormat {
        do throws(DateFormat.Problem) {
            return try DateFormat(text)
        } catch {
            throw Problem(
                code: .badDateFormat, message: error.message, range: range, label: error.label,
                help: "a date format has: \(DateFormat.help)")
        }
    }

    private static func badArgument(_ name: FilterName, _ range: Range<Int>) -> Problem {
        Problem(
            code: .badArgument, message: "\"\(name.rawValue)\" \(name.arguments)", range: range,
            help: "write \(name.usage)")
    }

    /// The values between the parentheses; none where there are no parentheses, nil where they are not right.
    private mutating func arguments() -> [JSONValue]? {
        let end = position
        skipSpace()
        guard take("(") else {
            position = end
            return []
        }
        var values: [JSONValue] = []
        repeat {
            skipSpace()
            guard let value = literal() else { return nil }
            values.append(value)
            skipSpace()
        } while take(",")
        return take(")") ? values : nil
    }

    /// A text in quotes, or a JSON value without spaces; nil where there is none.
    mutating func literal() -> JSONValue? {
        guard position < bytes.count else { return nil }
        let start = position
        switch bytes[position] {
        case UInt8(ascii: "'"):
            position += 1
            while position < bytes.count, bytes[position] != UInt8(ascii: "'") { position += 1 }
            return take("'") ? .string(string(start + 1..<position - 1)) : nil
        case UInt8(ascii: "\""):
            position += 1
            while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
                position += bytes[position] == UInt8(ascii: "\\") ? 2 : 1
            }
            guard take("\"") else { return nil }
        default:
            while position < bytes.count, bytes[position] > 0x20, ![UInt8]("),".utf8).contains(bytes[position]) {
                position += 1
            }
        }
        // The caller says what is wrong, and where.
        return try? JSONParser.parse(bytes[start..<position])
    }
}
