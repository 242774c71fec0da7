/// The simple types of the panel's packets.
package indirect enum ValueType: Sendable {
    /// Text of any length.
    case any
    /// Any text, white space kept; at most 255 characters, which is what a column holds.
    case text
    /// As `text`, and something other than white space must be in it.
    case label
    /// Text whose white space is collapsed; at most 255 characters.
    case string
    /// As `string`, and not empty.
    case name
    /// As `name`; what shows values to people shows nothing of it.
    case secret
    /// `true`, `false`, `1` or `0`.
    case boolean
    /// A whole number, negative or not.
    case integer
    /// The number of an object: whole and positive.
    case identifier
    /// As `string`, of at most so many characters.
    case brief(Int)
    /// A number, with or without a fraction.
    case decimal
    /// An address of the web, of at most 255 characters.
    case url
    /// The name of a domain in its ASCII form.
    case domainName
    /// An IPv4 or IPv6 address.
    case address
    /// One of these words.
    case word([String])
    /// Of that type, and judged while the operation is carried out: a wrong one fails alone, with a result of its own.
    case separately(ValueType)

    static let columnWidth = 255

    /// What the reference and the help of a command call it.
    package var title: String {
        switch self {
        case .any, .text, .label, .string, .name: "text"
        case .brief(let length): "text of at most \(length) characters"
        case .secret: "secret text"
        case .boolean: "true or false"
        case .integer: "whole number"
        case .identifier: "number of an object"
        case .decimal: "number"
        case .url: "URL"
        case .domainName: "domain name"
        case .address: "IP address"
        case .word(let words): words.joined(separator: ", ")
        case .separately(let type): type.title
        }
    }

    /// Says why a text is no value of this type, or nil where it is one.
    func objection(to raw: String) -> String? {
        if case .separately = self { return nil }
        return finalObjection(to: raw)
    }

    /// Says why a text is no value of this type, also where the grammar leaves that to the operation.
    func finalObjection(to raw: String) -> String? {
        let value = raw.whiteSpaceCollapsed
        switch self {
        case .any:
            return nil
        case .separately(let type):
            return type.finalObjection(to: raw)
        case .text:
            return Self.tooLong(raw)
        case .label:
            return value.isEmpty ? "it must not be empty" : Self.tooLong(raw)
        case .string, .url:
            return Self.tooLong(value)
        case .brief(let length):
            return Self.tooLong(value, atMost: length)
        case .name, .secret:
            return value.isEmpty ? "it must not be empty" : Self.tooLong(value)
        case .boolean:
            return Self.boolean(value) == nil ? "expected true or false, found \"\(value.prefix(40))\"" : nil
        case .integer:
            return Int64(value) == nil ? "expected a whole number, found \"\(value.prefix(40))\"" : nil
        case .identifier:
            return (Int64(value) ?? 0) > 0 ? nil : "expected a positive whole number, found \"\(value.prefix(40))\""
        case .decimal:
            guard let number = Double(value), number.isFinite, value.utf8.allSatisfy({ $0 < 0x3A }) else {
                return "expected a number, found \"\(value.prefix(40))\""
            }
            return nil
        case .domainName:
            return DomainName(value) == nil ? "expected a domain name, found \"\(value.prefix(80))\"" : nil
        case .address:
            return NetworkAddress.isValid(value) ? nil : "expected an IP address, found \"\(value.prefix(80))\""
        case .word(let words):
            return words.contains(value)
                ? nil : "expected one of \(words.joined(separator: ", ")), found \"\(value.prefix(40))\""
        }
    }

    /// The truth that a packet wrote in one of four ways, or nil.
    static func boolean(_ raw: String) -> Bool? {
        switch raw.whiteSpaceCollapsed {
        case "true", "1": true
        case "false", "0": false
        default: nil
        }
    }

    private static func tooLong(_ value: String, atMost width: Int = columnWidth) -> String? {
        let length = value.unicodeScalars.count
        return length > width ? "at most \(width) characters, found \(length)" : nil
    }
}
