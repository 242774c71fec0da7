import CallbackCore

/// Where a rendered text goes, which decides what is escaped and what is refused.
package enum TemplatePlace: Sendable {
    /// A string inside a JSON body: escaped when the body is written.
    case json
    /// Between the quotes of a JSON text that is written out.
    case jsonString
    /// A JSON value of its own in a JSON text that is written out.
    case jsonValue
    /// Content of an element, or between the quotes of an attribute.
    case xml
    /// The value of a field of a form.
    case form
    /// Percent-encoded, and never a segment that climbs up.
    case urlPath
    case urlQuery
    /// One element of an argument vector stays one.
    case argument
    case header
    case environment
    /// Nothing is escaped and nothing refused: an ordering key.
    case plain
}

extension Template {
    /// Fills in an event.
    /// - Parameter secrets: gives the secret of a name; nil where there is none.
    /// - Throws: `RenderingError` where a filter cannot take a value, or the place cannot hold the text.
    package func render(
        _ event: EventView,
        as place: TemplatePlace,
        secrets: (String) -> String? = { _ in nil }
    ) throws(RenderingError) -> String {
        var text = ""
        for segment in segments {
            switch segment {
            case .text(let literal): text += literal
            case .quoted(let literal): text += place.escaped(literal)
            case .field(let expression):
                let value = try expression.text(in: event)
                if let problem = place.problem(with: value) {
                    throw RenderingError("the value of \"\(expression.path)\" holds \(problem)")
                }
                text += place.escaped(value)
            case .secret(let name):
                guard let secret = secrets(name) else { throw RenderingError("the secret \"\(name)\" is not there") }
                if let problem = place.problem(with: secret) {
                    throw RenderingError("the secret \"\(name)\" holds \(problem)")
                }
                text += secret
            }
        }
        return text
    }
}

extension TemplatePlace {
    /// What in a text this place cannot hold, in words; nil where there is nothing.
    func problem(with text: String) -> String? {
        // Bytes, not characters: to Swift, CR and LF together are a character of their own.
        switch self {
        case .header:
            if text.utf8.contains(0x0A) || text.utf8.contains(0x0D) { return "a line break, which a header cannot" }
            return text.utf8.contains(0) ? "a NUL, which a header cannot" : nil
        case .argument: return text.utf8.contains(0) ? "a NUL, which an argument cannot" : nil
        case .environment: return text.utf8.contains(0) ? "a NUL, which the environment cannot" : nil
        case .xml:
            return text.unicodeScalars.allSatisfy(\.isInXML) ? nil : "a character that XML cannot hold"
        case .json, .jsonString, .jsonValue, .form, .urlPath, .urlQuery, .plain: return nil
        }
    }

    func escaped(_ text: String) -> String {
        switch self {
        case .urlPath, .urlQuery: text.percentEncoded
        case .form: text.formEncoded
        case .xml: text.xmlEscaped
        case .jsonString: text.jsonEscaped
        case .jsonValue: JSONValue.string(text).text
        case .json, .argument, .header, .environment, .plain: text
        }
    }
}
