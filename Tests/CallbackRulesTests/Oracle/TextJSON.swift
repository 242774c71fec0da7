/// A JSON value that keeps numbers as they were written and strings as UTF-8 bytes: Swift's own `==` on `String` takes
/// two spellings of one accent for the same text, which patterns do not.
indirect enum TextJSON: Equatable {
    case null
    case bool(Bool)
    case number([UInt8])
    case string([UInt8])
    case array([TextJSON])
    case object([Member])

    struct Member: Equatable {
        var key: [UInt8]
        var value: TextJSON
    }

    /// Reads one JSON text (RFC 8259) that has nothing after its value.
    static func parse(_ bytes: [UInt8]) throws -> TextJSON {
        var reader = TextJSONReader(bytes)
        let value = try reader.value()
        try reader.end()
        return value
    }

    static func string(_ text: String) -> TextJSON { .string(Array(text.utf8)) }
    static func number(_ text: String) -> TextJSON { .number(Array(text.utf8)) }
    static func object(_ key: String, _ value: TextJSON) -> TextJSON {
        .object([Member(key: Array(key.utf8), value: value)])
    }
}

/// Why the oracle refuses a text: one word.
struct Refusal: Error, Equatable, CustomStringConvertible {
    let description: String

    init(_ reason: String) { description = reason }
}

/// Reads byte by byte, by the book.
struct TextJSONReader {
    private let bytes: [UInt8]
    private(set) var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    private var byte: UInt8? { position < bytes.count ? bytes[position] : nil }

    mutating func skipSpace() {
        while position < bytes.count {
            let byte = bytes[position]
            guard byte <= 0x20, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D else { return }
            position += 1
        }
    }

    mutating func end() throws {
        skipSpace()
        guard byte == nil else { throw Refusal("json") }
    }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard position < bytes.count, UInt32(bytes[position]) == character.value else { return false }
        position += 1
        return true
    }

    mutating func value() throws -> TextJSON {
        skipSpace()
        guard let byte else { throw Refusal("json") }
        switch Unicode.Scalar(byte) {
        case "{":
            var members: [TextJSON.Member] = []
            try object { reader, key in members.append(.init(key: key, value: try reader.value())) }
            return .object(members)
        case "[": return .array(try array())
        case "\"": return .string(try string())
        case "t": return try word("true", .bool(true))
        case "f": return try word("false", .bool(false))
        case "n": return try word("null", .null)
        default: return .number(try number())
        }
    }

    /// Reads an object; `member` is called with each key when the reader stands before its value.
    mutating func object(_ member: (inout Self, [UInt8]) throws -> Void) throws {
        guard take("{") else { throw Refusal("json") }
        skipSpace()
        if take("}") { return }
        repeat {
            skipSpace()
            let key = try string()
            skipSpace()
            guard take(":") else { throw Refusal("json") }
            skipSpace()
            try member(&self, key)
            skipSpace()
        } while take(",")
        guard take("}") else { throw Refusal("json") }
    }

    private mutating func array() throws -> [TextJSON] {
        guard take("[") else { throw Refusal("json") }
        skipSpace()
        if take("]") { return [] }
        var elements: [TextJSON] = []
        repeat {
            elements.append(try value())
            skipSpace()
        } while take(",")
        guard take("]") else { throw Refusal("json") }
        return elements
    }

    private mutating func word(_ word: String, _ value: TextJSON) throws -> TextJSON {
        for scalar in word.unicodeScalars {
            guard take(scalar) else { throw Refusal("json") }
        }
        return value
    }

    private mutating func number() throws -> [UInt8] {
        let start = position
        _ = take("-")
        if !take("0") { try digits() }
        if take(".") { try digits() }
        if take("e") || take("E") {
            if !take("+") { _ = take("-") }
            try digits()
        }
        return Array(bytes[start..<position])
    }

    private mutating func digits() throws {
        guard let first = byte, (0x30...0x39).contains(first) else { throw Refusal("json") }
        while let byte, (0x30...0x39).contains(byte) { position += 1 }
    }

    private mutating func string() throws -> [UInt8] {
        guard take("\"") else { throw Refusal("json") }
        var text: [UInt8] = []
        var isASCII = true
        var start = position
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            if byte >= 0x80 { isASCII = false }
            guard byte == 0x22 || byte == 0x5C || byte < 0x20 else { continue }
            text += bytes[start..<(position - 1)]
            if byte == 0x22 {
                guard isASCII || String(validating: text, as: UTF8.self) != nil else { throw Refusal("json") }
                return text
            }
            guard byte == 0x5C else { throw Refusal("json") }
            try escape(into: &text)
            start = position
        }
        throw Refusal("json")
    }

    private mutating func escape(into text: inout [UInt8]) throws {
        guard let byte else { throw Refusal("json") }
        position += 1
        switch Unicode.Scalar(byte) {
        case "\"", "\\", "/": text.append(byte)
        case "b": text.append(0x08)
        case "f": text.append(0x0C)
        case "n": text.append(0x0A)
        case "r": text.append(0x0D)
        case "t": text.append(0x09)
        case "u":
            var units = [try unit()]
            if UTF16.isLeadSurrogate(units[0]) {
                guard take("\\"), take("u") else { throw Refusal("json") }
                units.append(try unit())
            }
            guard let decoded = String(validating: units, as: UTF16.self) else { throw Refusal("json") }
            text += Array(decoded.utf8)
        default: throw Refusal("json")
        }
    }

    private mutating func unit() throws -> UInt16 {
        var unit: UInt16 = 0
        for _ in 0..<4 {
            guard let byte, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { throw Refusal("json") }
            unit = unit * 16 + UInt16(digit)
            position += 1
        }
        return unit
    }
}
