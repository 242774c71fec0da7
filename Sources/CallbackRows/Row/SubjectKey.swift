/// Writes the values that name a row as the last part of an event's subject.
package enum SubjectKey {
    /// The parts joined by commas, each percent-encoded so that a comma inside a value is not one between two.
    package static func text(of values: [RowValue]) -> String {
        if values.count == 1, case .integer(let number) = values[0] { return String(number) }
        return values.map { part($0) }.joined(separator: ",")
    }

    private static func part(_ value: RowValue) -> String {
        switch value {
        case .null: "null"
        case .integer(let number): String(number)
        case .unsigned(let number): String(number)
        case .real(let number): encoded(Array(number.description.utf8))
        case .text(let text): encoded(Array(text.utf8))
        case .blob(let bytes), .brokenText(let bytes): encoded(bytes)
        case .large(let value): "\(value.count)-bytes"
        }
    }

    /// Percent-encodes all but the characters that RFC 3986 never reserves.
    package static func encoded(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count)
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                text.append(byte)
            default:
                text.append(UInt8(ascii: "%"))
                text.append(digits[Int(byte >> 4)])
                text.append(digits[Int(byte & 15)])
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
