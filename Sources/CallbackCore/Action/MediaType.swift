/// A content type as the configuration writes it, such as `application/x-www-form-urlencoded`.
package struct MediaType: Hashable, Sendable {
    /// The syntax of a body, which decides how the values in it are escaped.
    package enum Syntax: Hashable, Sendable {
        case json, form, xml, text
    }

    /// As it was written, and as it is sent.
    package let text: String
    package let syntax: Syntax

    package static let json = MediaType(text: "application/json", syntax: .json)

    /// The content types in which values can be made safe, for a message.
    package static let known =
        "application/json and …+json, application/x-www-form-urlencoded, application/xml, text/xml and …+xml, text/plain"

    /// Why a text is no content type that can be sent.
    package struct Problem: Error, Hashable, Sendable {
        package let message: String
    }

    private init(text: String, syntax: Syntax) {
        self.text = text
        self.syntax = syntax
    }

    /// Reads `type/subtype; name=value`.
    package init(_ text: String) throws(Problem) {
        let parts = text.split(separator: ";", omittingEmptySubsequences: false).map(Self.trimmed)
        let names = parts[0].split(separator: "/", omittingEmptySubsequences: false)
        guard names.count == 2, names.allSatisfy({ Self.isToken($0.utf8) }) else {
            throw Problem(message: "is no content type")
        }
        for parameter in parts.dropFirst() {
            let pair = parameter.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard pair.count == 2, Self.isToken(pair[0].utf8), Self.isValue(pair[1]) else {
                throw Problem(message: "has a parameter that is not written name=value")
            }
            // Bodies are UTF-8: another name would have every letter beyond ASCII read wrongly.
            let value = pair[1].filter { $0 != "\"" }.lowercased()
            if pair[0].lowercased() == "charset", value != "utf-8" {
                throw Problem(message: "has another charset than utf-8, in which bodies are written")
            }
        }
        guard let syntax = Self.syntax(of: parts[0].lowercased()) else {
            throw Problem(message: "is a content type in which values cannot be made safe")
        }
        self.init(text: text, syntax: syntax)
    }

    private static func syntax(of name: String) -> Syntax? {
        switch name {
        case "application/json": .json
        case "application/x-www-form-urlencoded": .form
        case "application/xml", "text/xml": .xml
        case "text/plain": .text
        case _ where name.hasSuffix("+json"): .json
        case _ where name.hasSuffix("+xml"): .xml
        default: nil
        }
    }

    private static func trimmed(_ text: Substring) -> Substring {
        let start = text.drop { $0 == " " || $0 == "\t" }
        let end = start.lastIndex { $0 != " " && $0 != "\t" }.map { start.index(after: $0) } ?? start.startIndex
        return start[..<end]
    }

    private static func isToken(_ bytes: Substring.UTF8View) -> Bool {
        !bytes.isEmpty
            && bytes.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
                }
            }
    }

    /// A token, or a text in quotes without quotes and escapes inside.
    private static func isValue(_ text: Substring) -> Bool {
        guard text.hasPrefix("\"") else { return isToken(text.utf8) }
        let inner = text.utf8.dropFirst().dropLast()
        return text.utf8.count >= 2 && text.utf8.last == UInt8(ascii: "\"")
            && inner.allSatisfy { $0 >= 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
    }
}
