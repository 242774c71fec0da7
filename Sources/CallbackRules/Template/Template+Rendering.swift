import CallbackCore

/// Where a rendered text goes, which decides what is escaped and what is refused.
package enum TemplatePlace: Sendable {
    /// A string inside a JSON body: escaped when the body is written.
    case json
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
        case .json, .urlPath, .urlQuery, .plain: return nil
        }
    }

    func escaped(_ text: String) -> String {
        switch self {
        case .urlPath, .urlQuery: text.percentEncoded
        case .json, .argument, .header, .environment, .plain: text
        }
    }
}

extension String {
    /// Everything but the unreserved characters of RFC 3986 as `%XX`.
    var percentEncoded: String {
        let digits = [UInt8]("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(utf8.count)
        for byte in utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                bytes.append(byte)
            default: bytes.append(contentsOf: [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]])
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
