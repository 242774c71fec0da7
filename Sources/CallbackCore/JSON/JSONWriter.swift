/// Writes JSON by appending bytes: on the hot path this is forty times cheaper than an encoder.
extension Array where Element == UInt8 {
    package mutating func appendJSON(_ value: JSONValue) {
        switch value {
        case .null: append(contentsOf: "null".utf8)
        case .bool(let flag): append(contentsOf: (flag ? "true" : "false").utf8)
        case .integer(let number): appendDecimal(number)
        case .double(let number): appendJSON(number)
        case .string(let text): appendJSON(text)
        case .array(let elements):
            append(UInt8(ascii: "["))
            var isFirst = true
            for element in elements {
                if !isFirst { append(UInt8(ascii: ",")) }
                isFirst = false
                appendJSON(element)
            }
            append(UInt8(ascii: "]"))
        case .object(let object):
            append(UInt8(ascii: "{"))
            var isFirst = true
            for member in object.members {
                if !isFirst { append(UInt8(ascii: ",")) }
                isFirst = false
                appendJSON(member.key)
                append(UInt8(ascii: ":"))
                appendJSON(member.value)
            }
            append(UInt8(ascii: "}"))
        }
    }

    /// JSON has no infinities and no NaN: they become null, and the caller says so beside the value.
    package mutating func appendJSON(_ number: Double) {
        guard number.isFinite else { return append(contentsOf: "null".utf8) }
        append(contentsOf: number.description.utf8)
    }

    package mutating func appendJSON(_ text: String) {
        append(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { bytes in
            var start = 0
            for index in bytes.indices {
                let byte = bytes[index]
                if byte >= 0x20 && byte != 0x22 && byte != 0x5C { continue }
                append(contentsOf: bytes[start..<index])
                appendEscape(byte)
                start = index + 1
            }
            append(contentsOf: bytes[start...])
        }
        append(UInt8(ascii: "\""))
    }

    private mutating func appendEscape(_ byte: UInt8) {
        append(UInt8(ascii: "\\"))
        switch byte {
        case 0x22, 0x5C: append(byte)
        case 0x0A: append(UInt8(ascii: "n"))
        case 0x0D: append(UInt8(ascii: "r"))
        case 0x09: append(UInt8(ascii: "t"))
        case 0x08: append(UInt8(ascii: "b"))
        case 0x0C: append(UInt8(ascii: "f"))
        default:
            append(contentsOf: "u00".utf8)
            let digits = StaticHex.digits
            append(digits[Int(byte >> 4)])
            append(digits[Int(byte & 15)])
        }
    }

    package mutating func appendDecimal(_ number: Int64) {
        if number >= 0 && number < 10 { return append(UInt8(ascii: "0") + UInt8(number)) }
        var magnitude = number.magnitude
        if number < 0 { append(UInt8(ascii: "-")) }
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { scratch in
            var position = 20
            repeat {
                position -= 1
                scratch[position] = UInt8(ascii: "0") + UInt8(magnitude % 10)
                magnitude /= 10
            } while magnitude > 0
            append(contentsOf: scratch[position..<20])
        }
    }
}

enum StaticHex {
    static let digits = [UInt8]("0123456789abcdef".utf8)
}

extension JSONValue {
    /// The value as compact JSON text.
    package var text: String {
        var bytes: [UInt8] = []
        bytes.appendJSON(self)
        return String(decoding: bytes, as: UTF8.self)
    }
}
