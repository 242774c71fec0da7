import CallbackCore

/// Reads the text of a template. It works on bytes: `{`, `}`, `|` and quotes are ASCII, all else is taken as it is.
struct TemplateParser {
    /// Why a text is no template.
    struct Problem: Error {
        let code: TemplateCode
        let message: String
        /// The bytes of the text that it is about.
        let range: Range<Int>
        var label: String?
        var help: String?
    }

    /// A part of the template and the bytes of its path or name.
    struct Part {
        let segment: Template.Segment
        let range: Range<Int>
        /// The bytes of each filter of an expression.
        var filters: [Range<Int>] = []
    }

    let bytes: [UInt8]
    var position = 0
    private let allowsSecrets: Bool

    private init(_ text: String, allowsSecrets: Bool) {
        bytes = Array(text.utf8)
        self.allowsSecrets = allowsSecrets
    }

    /// The parts that can be read, and what is wrong with the others: a template only where nothing is.
    static func parse(_ text: String, allowsSecrets: Bool) -> (parts: [Part], problems: [Problem]) {
        var parser = TemplateParser(text, allowsSecrets: allowsSecrets)
        return parser.template()
    }

    private mutating func template() -> (parts: [Part], problems: [Problem]) {
        var parts: [Part] = []
        var problems: [Problem] = []
        var start = 0
        while position < bytes.count {
            guard starts(with: "{{") || starts(with: "${") else {
                position += 1
                continue
            }
            let literal = start..<position
            let isExpression = starts(with: "{{")
            do throws(Problem) {
                guard let part = isExpression ? try expression() : try secret() else {
                    position += 2
                    continue
                }
                if !literal.isEmpty { parts.append(Part(segment: .text(string(literal)), range: literal)) }
                parts.append(part)
            } catch {
                problems.append(error)
                // Reading goes on behind the expression, so that mistakes in others are found too.
                position = literal.upperBound + 2
                skip(behind: isExpression ? "}}" : "}")
            }
            start = position
        }
        if start < bytes.count {
            parts.append(Part(segment: .text(string(start..<bytes.count)), range: start..<bytes.count))
        }
        return (parts, problems)
    }

    // MARK: {{ path | filter }}

    private mutating func expression() throws(Problem) -> Part {
        let start = position
        position += 2
        skipSpace()
        if position < bytes.count, Self.isQuote(bytes[position]) { return try quoted(from: start) }
        let pathStart = position
        guard let path = takePath() else {
            throw Problem(
                code: .noPath, message: "\"{{\" must be followed by the path of a field", range: start..<start + 2,
                help: "such as {{ data.plan.name }} or {{ subject }}; {{ \"{{\" }} writes the braces themselves")
        }
        let range = pathStart..<position
        guard !path.segments.contains("") else {
            throw Problem(code: .emptyPart, message: "the path \"\(path)\" has an empty part", range: range)
        }
        var filters: [Filter] = []
        var ranges: [Range<Int>] = []
        skipSpace()
        while take("|") {
            skipSpace()
            let filterStart = position
            let filter = try filter()
            if filter.name == .default, filters.contains(where: { $0.name == .default }) {
                throw Problem(
                    code: .badArgument, message: "\"default\" is given twice for \"\(path)\"",
                    range: filterStart..<position)
            }
            filters.append(filter)
            ranges.append(filterStart..<position)
            skipSpace()
        }
        try close(start)
        return Part(segment: .field(.init(path: path, filters: filters)), range: range, filters: ranges)
    }

    /// `{{ "text" }}`: a text that stands as it is, braces and all.
    private mutating func quoted(from start: Int) throws(Problem) -> Part {
        let begin = position
        guard case .string(let text)? = literal() else {
            throw Problem(
                code: .unclosed, message: "a quoted text is not closed", range: begin..<bytes.count,
                help: "such as {{ \"{{\" }}")
        }
        let range = begin..<position
        skipSpace()
        if starts(with: "|") {
            throw Problem(
                code: .badArgument, message: "a quoted text takes no filters", range: position..<position + 1,
                help: "write the text as it is to become")
        }
        try close(start)
        return Part(segment: .quoted(text), range: range)
    }

    private mutating func close(_ start: Int) throws(Problem) {
        guard take("}}") else {
            let shown = string(start..<min(start + 160, bytes.count)).prefix(40)
            let message = "\"\(shown)\" is not closed by \"}}\""
            throw Problem(
                code: .unclosed, message: message, range: start..<bytes.count,
                help: "write {{ path }} or {{ path | default(\"…\") }}")
        }
    }

    private mutating func takePath() -> EventPath? {
        let start = position
        skipWord()
        return position > start ? EventPath(dotted: string(start..<position)) : nil
    }

    // MARK: ${secret.name}

    /// Nil where the text only looks like one: `${HOME}` means nothing here and stays as it is, except in headers.
    private mutating func secret() throws(Problem) -> Part? {
        let isSecret = starts(with: "${secret.")
        guard allowsSecrets || isSecret else { return nil }
        let end = bytes[position...].firstIndex(of: UInt8(ascii: "}"))
        let range = position..<(end.map { $0 + 1 } ?? bytes.count)
        guard allowsSecrets else {
            throw Problem(
                code: .secretNotAllowedHere, message: "a secret can stand in the value of a webhook's header only",
                range: range, help: "give a command its secret as a file that its user can read")
        }
        let start = position + "${secret.".utf8.count
        guard isSecret, let end, end > start else {
            throw Problem(
                code: .badSecret, message: "\"${\" must be followed by \"secret.\", a name and \"}\"", range: range,
                help: "such as ${secret.token}, with token: below secrets:")
        }
        position = end + 1
        return Part(segment: .secret(string(start..<end)), range: range)
    }
}

// MARK: Bytes

extension TemplateParser {
    static func isQuote(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") }

    private static func endsWord(_ byte: UInt8) -> Bool {
        byte <= 0x20 || [UInt8]("|{}()\"'".utf8).contains(byte)
    }

    mutating func skipWord() {
        while position < bytes.count, !Self.endsWord(bytes[position]) { position += 1 }
    }

    func starts(with text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        guard position + count <= bytes.count else { return false }
        for index in 0..<count where bytes[position + index] != text.utf8Start[index] { return false }
        return true
    }

    mutating func take(_ text: StaticString) -> Bool {
        guard starts(with: text) else { return false }
        position += text.utf8CodeUnitCount
        return true
    }

    private mutating func skip(behind end: StaticString) {
        while position < bytes.count, !take(end) { position += 1 }
    }

    mutating func skipSpace() {
        while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) { position += 1 }
    }

    func string(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
}
