import CallbackCore

// What each syntax needs so that a text stands for itself and never ends its place. Bytes and code points, not
// characters: to Swift a quote and an accent behind it are one character.

extension String {
    /// Everything but the unreserved characters of RFC 3986 as `%XX`.
    var percentEncoded: String {
        encoded { byte in [UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~")].contains(byte) }
    }

    /// As browsers send a form: a space is `+`, and all but letters, digits and `* - . _` is `%XX`.
    var formEncoded: String {
        let text = encoded { byte in
            [UInt8(ascii: "*"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: " ")].contains(
                byte)
        }
        return String(decoding: text.utf8.map { $0 == UInt8(ascii: " ") ? UInt8(ascii: "+") : $0 }, as: UTF8.self)
    }

    /// The text for a place between the quotes of a JSON string.
    var jsonEscaped: String {
        var bytes: [UInt8] = []
        bytes.appendJSON(self)
        return String(decoding: bytes.dropFirst().dropLast(), as: UTF8.self)
    }

    /// The text for the content of an element and for an attribute's value. Line ends and tabs are written as
    /// references, because a parser would make spaces of them in an attribute.
    var xmlEscaped: String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(utf8.count)
        for byte in utf8 {
            switch byte {
            case UInt8(ascii: "&"): bytes.append(contentsOf: "&amp;".utf8)
            case UInt8(ascii: "<"): bytes.append(contentsOf: "&lt;".utf8)
            case UInt8(ascii: ">"): bytes.append(contentsOf: "&gt;".utf8)
            case UInt8(ascii: "\""): bytes.append(contentsOf: "&quot;".utf8)
            case UInt8(ascii: "'"): bytes.append(contentsOf: "&apos;".utf8)
            case 0x09, 0x0A, 0x0D: bytes.append(contentsOf: "&#\(byte);".utf8)
            default: bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func encoded(but isKept: (UInt8) -> Bool) -> String {
        let digits = [UInt8]("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(utf8.count)
        for byte in utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                bytes.append(byte)
            case _ where isKept(byte): bytes.append(byte)
            default: bytes.append(contentsOf: [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]])
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension Unicode.Scalar {
    /// Source: Extensible Markup Language 1.0, production 2.
    var isInXML: Bool {
        switch value {
        case 0x09, 0x0A, 0x0D, 0x20...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF: true
        default: false
        }
    }
}
