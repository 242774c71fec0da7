/// A name as one segment of a URL's path. Source: RFC 3986, sections 2.1 and 2.3.
enum PathSegment {
    /// Everything but letters, digits and `-._~` percent-encoded.
    static func encoded(_ text: String) -> String {
        var segment = ""
        for byte in text.utf8 {
            let character = Character(Unicode.Scalar(byte))
            if byte < 0x80, character.isLetter || character.isNumber || "-._~".contains(character) {
                segment.append(character)
            } else {
                segment += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
        return segment
    }

    /// - Returns: nil where it is not percent-encoded UTF-8.
    static func decoded(_ segment: some StringProtocol) -> String? {
        var bytes: [UInt8] = []
        var rest = Array(segment.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            let digits = rest.prefix(2).map { Character(Unicode.Scalar($0)) }
            guard digits.count == 2, let high = digits[0].hexDigitValue, let low = digits[1].hexDigitValue else {
                return nil
            }
            bytes.append(UInt8(high << 4 | low))
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
