/// The simple types of the panel's packets.
package enum ValueType: Sendable {
    /// Any text, white space kept; at most 255 characters, which is what a column holds.
    case text
    /// As `text`, and something other than white space must be in it.
    case label
    /// Text whose white space is collapsed; at most 255 characters.
    case string
    /// As `string`, and not empty.
    case name
    /// `true`, `false`, `1` or `0`.
    case boolean
    /// A whole number, negative or not.
    case integer
    /// A number, with or without a fraction.
    case decimal
    /// An address of at most 255 characters.
    case url
    /// One of these words.
    case word([String])
    /// Text that whoever carries out the operation judges.
    case unchecked

    static let columnWidth = 255

    /// Says why a text is no value of this type, or nil where it is one.
    func objection(to raw: String) -> String? {
        let value = raw.whiteSpaceCollapsed
        switch self {
        case .unchecked:
            return nil
        case .text:
            return Self.tooLong(raw)
        case .label:
            return value.isEmpty ? "it must not be empty" : Self.tooLong(raw)
        case .string, .url:
            return Self.tooLong(value)
        case .name:
            return value.isEmpty ? "it must not be empty" : Self.tooLong(value)
        case .boolean:
            return Self.boolean(value) == nil ? "expected true or false, found \"\(value.prefix(40))\"" : nil
        case .integer:
            return Int64(value) == nil ? "expected a whole number, found \"\(value.prefix(40))\"" : nil
        case .decimal:
            guard let number = Double(value), number.isFinite, value.utf8.allSatisfy({ $0 < 0x3A }) else {
                return "expected a number, found \"\(value.prefix(40))\""
            }
            return nil
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

    private static func tooLong(_ value: String) -> String? {
        let length = value.unicodeScalars.count
        return length > columnWidth ? "at most \(columnWidth) characters, found \(length)" : nil
    }
}
