import CallbackCore

/// Reads the text of a template. It works on bytes: `{`, `}`, `|` and quotes are ASCII, all else is taken as it is.
struct TemplateParser {
    /// Why a text is no template.
    struct Problem: Error {
        let code: String
        let message: String
        var label: String?
        var help: String?
    }

    private static let laterFilters = ["json", "lower", "upper", "date", "join", "truncate"]

    private let bytes: [UInt8]
    private var position = 0
    private let allowsSecrets: Bool

    private init(_ text: String, allowsSecrets: Bool) {
        bytes = Array(text.utf8)
        self.allowsSecrets = allowsSecrets
    }

    static func parse(_ text: String, allowsSecrets: Bool) throws(Problem) -> Template {
        var parser = TemplateParser(text, allowsSecrets: allowsSecrets)
        return try parser.template()
    }

    private mutating func template() throws(Problem) -> Template {
        var segments: [Template.Segment] = []
        var start = 0
        while position < bytes.count {
            guard starts(with: "{{") || starts(with: "${") else {
                position += 1
                continue
            }
            let literal = string(start..<position)
            guard let segment = starts(with: "{{") ? .field(try expression()) : try secret() else {
                position += 2
                continue
            }
            if !literal.isEmpty { segments.append(.text(literal)) }
            segments.append(segment)
            start = position
        }
        if start < bytes.count { segments.append(.text(string(start..<bytes.count))) }
        return Template(segments: segments)
    }

    // MARK: {{ path | filter }}

    private mutating func expression() throws(Problem) -> Template.Expression {
        let start = position
        position += 2
        skipSpace()
        guard let path = takePath() else {
            throw Problem(
                code: "T002", message: "\"{{\" must be followed by the path of a field",
                help: "such as {{ data.plan.name }} or {{ subject }}")
        }
        guard !path.segments.contains("") else {
            throw Problem(code: "T003", message: "the path \"\(path)\" has an empty part")
        }
        var fallback: JSONValue?
        skipSpace()
        while take("|") {
            let value = try filter()
            guard fallback == nil else {
                throw Problem(code: "T006", message: "\"default\" is given twice for \"\(path)\"")
            }
            fallback = value
            skipSpace()
        }
        guard starts(with: "}}") else {
            let message = "\"\(string(start..<bytes.count).prefix(40))\" is not closed by \"}}\""
            throw Problem(code: "T001", message: message, help: "write {{ path }} or {{ path | default(\"…\") }}")
        }
        position += 2
        return Template.Expression(path: path, fallback: fallback)
    }

    private mutating func takePath() -> EventPath? {
        let start = position
        while position < bytes.count, !Self.endsPath(bytes[position]) { position += 1 }
        return position > start ? EventPath(dotted: string(start..<position)) : nil
    }

    private static func endsPath(_ byte: UInt8) -> Bool {
        byte <= 0x20 || [UInt8]("|{}()\"'".utf8).contains(byte)
    }

    private mutating func filter() throws(Problem) -> JSONValue {
        skipSpace()
        let start = position
        while position < bytes.count, !Self.endsPath(bytes[position]) { position += 1 }
        let name = string(start..<position)
        if Self.laterFilters.contains(name) {
            throw Problem(code: "T005", message: "the filter \"\(name)\" is not in this version")
        }
        guard name == "default" else {
            let label = DidYouMean.closest(to: name, among: ["default"] + Self.laterFilters)
            throw Problem(
                code: "T004", message: "unknown filter \"\(name)\"", label: label.map { "did you mean \"\($0)\"?" },
                help: "filters of this version: default")
        }
        skipSpace()
        guard take("(") else { throw Self.badDefault }
        skipSpace()
        let value = try literal()
        skipSpace()
        guard take(")") else { throw Self.badDefault }
        return value
    }

    private static let badDefault = Problem(
        code: "T006", message: "\"default\" takes one text, number, true, false or null",
        help: "such as default(\"none\"), default(0) or default(null)")

    private mutating func literal() throws(Problem) -> JSONValue {
        guard position < bytes.count else { throw Self.badDefault }
        let start = position
        switch bytes[position] {
        case UInt8(ascii: "'"):
            position += 1
            while position < bytes.count, bytes[position] != UInt8(ascii: "'") { position += 1 }
            guard take("'") else { throw Self.badDefault }
            return .string(string(start + 1..<position - 1))
        case UInt8(ascii: "\""):
            position += 1
            while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
                position += bytes[position] == UInt8(ascii: "\\") ? 2 : 1
            }
            guard take("\"") else { throw Self.badDefault }
        default:
            while position < bytes.count, bytes[position] > 0x20, bytes[position] != UInt8(ascii: ")") {
                position += 1
            }
        }
        guard let value = try? JSONParser.parse(bytes[start..<position]) else { throw Self.badDefault }
        switch value {
        case .array, .object: throw Self.badDefault
        default: return value
        }
    }

    // MARK: ${secret.name}

    /// Nil where the text only looks like one: `${HOME}` means nothing here and stays as it is, except in headers.
    private mutating func secret() throws(Problem) -> Template.Segment? {
        let rest = string(position..<bytes.count)
        guard allowsSecrets else {
            guard !rest.hasPrefix("${secret.") else {
                throw Problem(
                    code: "T010", message: "a secret can stand in the value of a webhook's header only",
                    help: "give a command its secret as a file that its user can read")
            }
            return nil
        }
        let start = position + "${secret.".utf8.count
        let end = bytes[position...].firstIndex(of: UInt8(ascii: "}"))
        guard rest.hasPrefix("${secret."), let end, end > start else {
            throw Problem(
                code: "T011", message: "\"${\" must be followed by \"secret.\", a name and \"}\"",
                help: "such as ${secret.token}, with token: below secrets:")
        }
        position = end + 1
        return .secret(string(start..<end))
    }

    // MARK: Bytes

    private func starts(with text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        guard position + count <= bytes.count else { return false }
        for index in 0..<count where bytes[position + index] != text.utf8Start[index] { return false }
        return true
    }

    private mutating func take(_ text: StaticString) -> Bool {
        guard starts(with: text) else { return false }
        position += text.utf8CodeUnitCount
        return true
    }

    private mutating func skipSpace() {
        while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) { position += 1 }
    }

    private func string(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
}
