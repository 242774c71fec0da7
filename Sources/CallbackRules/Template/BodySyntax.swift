import CallbackCore

/// Why a text with places for values is not a body of its content type.
struct BodySyntaxProblem: Error, Hashable {
    let code: TemplateCode
    let message: String
    var help: String?
}

/// Finds what stands around each value in the fixed text of a body, which decides how the value is escaped.
///
/// The text is judged once, when the configuration is read, with a mark in place of each value. No escaped value holds
/// a character that means something in its place, so what was found holds for every event.
enum BodySyntax {
    /// Stands for a value: a byte that no UTF-8 text holds, so none is taken for it.
    static let mark: UInt8 = 0xFF

    /// The place of each mark.
    static func places(
        in text: [UInt8], of syntax: MediaType.Syntax
    ) throws(BodySyntaxProblem) -> [TemplatePlace] {
        switch syntax {
        case .json: return try json(text)
        case .xml:
            var scan = XMLScan(bytes: text)
            try scan.run()
            return text.compactMap { $0 == mark ? .xml : nil }
        case .form: return try form(text)
        case .text: return text.compactMap { $0 == mark ? .plain : nil }
        }
    }

    private static let nameFromTemplate = BodySyntaxProblem(
        code: .templateAsKey, message: "the name of a field cannot come from a template")

    // MARK: JSON

    private static func json(_ text: [UInt8]) throws(BodySyntaxProblem) -> [TemplatePlace] {
        // A private character stands for a value inside a string, a number for a value of its own.
        let stand = Array("\u{E0F7}".utf8)
        var sample: [UInt8] = []
        var places: [TemplatePlace] = []
        var isInString = false
        var index = 0
        while index < text.count {
            let byte = text[index]
            index += 1
            switch byte {
            case mark:
                places.append(isInString ? .jsonString : .jsonValue)
                sample.append(contentsOf: isInString ? stand : [UInt8(ascii: "0")])
                // Digits on both sides would run together with a number.
                if !isInString { try checkAlone(text, around: index - 1) }
            case UInt8(ascii: "\\") where isInString && index < text.count && text[index] != mark:
                sample.append(contentsOf: [byte, text[index]])
                index += 1
            default:
                if byte == UInt8(ascii: "\"") { isInString.toggle() }
                sample.append(byte)
            }
        }
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONParser.parse(sample)
        } catch {
            throw BodySyntaxProblem(
                code: .badDocument, message: "the body is no JSON: \(error.message)",
                help: "a value in quotes is escaped, one without quotes brings its own")
        }
        guard !hasKey(with: "\u{E0F7}", value) else { throw nameFromTemplate }
        return places
    }

    private static func checkAlone(_ text: [UInt8], around index: Int) throws(BodySyntaxProblem) {
        let neighbours = [index - 1, index + 1].filter(text.indices.contains).map { text[$0] }
        let ends = [UInt8](" \t\r\n:,[]{}".utf8)
        guard neighbours.allSatisfy(ends.contains) else {
            throw BodySyntaxProblem(
                code: .misplaced, message: "an expression stands beside a number or word of the JSON text",
                help: "put it in quotes, or alone in place of a value")
        }
    }

    private static func hasKey(with mark: String, _ value: JSONValue) -> Bool {
        switch value {
        case .array(let elements): elements.contains { hasKey(with: mark, $0) }
        case .object(let object): object.members.contains { $0.key.contains(mark) || hasKey(with: mark, $0.value) }
        default: false
        }
    }

    // MARK: Forms

    private static func form(_ text: [UInt8]) throws(BodySyntaxProblem) -> [TemplatePlace] {
        guard text.allSatisfy({ $0 == mark || ($0 > 0x20 && $0 < 0x7F) }) else {
            throw BodySyntaxProblem(
                code: .badDocument,
                message: "a form written out holds a space, a line end or a letter beyond ASCII",
                help: "write a mapping of names and values, which is encoded for you")
        }
        for pair in text.split(separator: UInt8(ascii: "&")) {
            let name = pair.prefix { $0 != UInt8(ascii: "=") }
            guard !name.contains(mark) else { throw nameFromTemplate }
        }
        return text.compactMap { $0 == mark ? .form : nil }
    }
}
