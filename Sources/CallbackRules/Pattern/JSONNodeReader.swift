package import CallbackCore

/// Reads JSON text as a configuration is read: every value knows its place, and numbers keep all their digits.
package struct JSONNodeReader {
    private static let deepest = 128

    private let bytes: UnsafeBufferPointer<UInt8>
    private let file: String
    private var position = 0
    private var line: Int
    private var column = 1
    /// Up to here lines and columns are counted.
    private var counted = 0

    private init(_ bytes: UnsafeBufferPointer<UInt8>, file: String, line: Int) {
        self.bytes = bytes
        self.file = file
        self.line = line
    }

    /// Reads one JSON text.
    /// - Parameter line: where the text begins in its file.
    /// - Throws: `JSONError` where the text is not JSON.
    package static func read(
        _ text: UnsafeBufferPointer<UInt8>, file: String, line: Int
    ) throws(JSONError) -> ConfigNode {
        var reader = JSONNodeReader(text, file: file, line: line)
        reader.skipSpace()
        let node = try reader.value(depth: 1)
        reader.skipSpace()
        guard reader.position == text.count else { throw reader.error("unexpected text after the value") }
        return node
    }

    private func error(_ message: String) -> JSONError { JSONError(message: message, offset: position) }

    private mutating func place() -> ConfigPlace {
        while counted < position {
            if bytes[counted] == UInt8(ascii: "\n") {
                line += 1
                column = 1
            } else if bytes[counted] & 0xC0 != 0x80 {
                column += 1
            }
            counted += 1
        }
        return ConfigPlace(file: file, line: line, column: column)
    }

    private mutating func skipSpace() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            default: return
            }
        }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    private mutating func value(depth: Int) throws(JSONError) -> ConfigNode {
        guard depth < Self.deepest else { throw error("nested too deeply") }
        guard position < bytes.count else { throw error("the text ends where a value is expected") }
        let place = place()
        switch bytes[position] {
        case UInt8(ascii: "{"): return ConfigNode(.mapping(try members(depth: depth)), at: place)
        case UInt8(ascii: "["): return ConfigNode(.sequence(try elements(depth: depth)), at: place)
        case UInt8(ascii: "\""):
            let start = position
            let text = try string()
            return ConfigNode(
                .string(text),
                at: ConfigPlace(
                    file: file, line: place.line, column: place.column,
                    length: position - start))
        default: return ConfigNode(try scalar(), at: place)
        }
    }

    private mutating func members(depth: Int) throws(JSONError) -> [ConfigMember] {
        position += 1
        skipSpace()
        var members: [ConfigMember] = []
        if take(UInt8(ascii: "}")) { return members }
        while true {
            guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
                throw error("a member name in double quotes is expected")
            }
            var place = place()
            let start = position
            let key = try string()
            place.length = position - start
            skipSpace()
            guard take(UInt8(ascii: ":")) else { throw error("\":\" is expected") }
            skipSpace()
            members.append(ConfigMember(key: key, keyPlace: place, value: try value(depth: depth + 1)))
            skipSpace()
            if take(UInt8(ascii: ",")) {
                skipSpace()
                continue
            }
            guard take(UInt8(ascii: "}")) else { throw error("\",\" or \"}\" is expected") }
            return members
        }
    }

    private mutating func elements(depth: Int) throws(JSONError) -> [ConfigNode] {
        position += 1
        skipSpace()
        var elements: [ConfigNode] = []
        if take(UInt8(ascii: "]")) { return elements }
        while true {
            elements.append(try value(depth: depth + 1))
            skipSpace()
            if take(UInt8(ascii: ",")) {
                skipSpace()
                continue
            }
            guard take(UInt8(ascii: "]")) else { throw error("\",\" or \"]\" is expected") }
            return elements
        }
    }

    /// A string, by way of the parser for whole texts where it has escapes.
    private mutating func string() throws(JSONError) -> String {
        let start = position
        position += 1
        var isPlain = true
        var bits: UInt8 = 0
        while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
            let byte = bytes[position]
            if byte == UInt8(ascii: "\\") {
                isPlain = false
                position += 1
            } else if byte < 0x20 {
                throw error("a control character inside a string must be escaped")
            }
            bits |= byte
            position += 1
        }
        guard position < bytes.count else { throw error("the text ends inside a string") }
        position += 1
        if isPlain {
            let content = UnsafeBufferPointer(rebasing: bytes[start + 1..<position - 1])
            // Nearly every text is ASCII, which needs no validation: that took a tenth of all compilation.
            if bits < 0x80 { return String(decoding: content, as: UTF8.self) }
            guard let text = String(validating: content, as: UTF8.self) else {
                throw error("the string is not valid UTF-8")
            }
            return text
        }
        return try parsed(start).string ?? ""
    }

    /// A number or one of the three words.
    private mutating func scalar() throws(JSONError) -> ConfigNode.Content {
        let start = position
        while position < bytes.count, !Self.endsScalar(bytes[position]) { position += 1 }
        let text = UnsafeBufferPointer(rebasing: bytes[start..<position])
        let isNumber = text.first.map { $0 == UInt8(ascii: "-") || $0 &- UInt8(ascii: "0") < 10 } ?? false
        guard isNumber else {
            switch try parsed(start) {
            case .bool(let flag): return .bool(flag)
            default: return .null
            }
        }
        let digits = String(decoding: text, as: UTF8.self)
        guard Self.isNumber(text) else {
            position = start
            throw error("\"\(digits.prefix(40))\" is no JSON number")
        }
        if let number = Int64(digits) { return .integer(number) }
        return DecimalText.comparable(text).map { .double($0) } ?? .longNumber(digits)
    }

    /// - Throws: with the place counted from the start of the whole text.
    private func parsed(_ start: Int) throws(JSONError) -> JSONValue {
        do throws(JSONError) {
            return try JSONParser.parse(bytes[start..<position])
        } catch {
            throw JSONError(message: error.message, offset: start + error.offset)
        }
    }

    private static func endsScalar(_ byte: UInt8) -> Bool {
        byte <= 0x20 || byte == UInt8(ascii: ",") || byte == UInt8(ascii: "]") || byte == UInt8(ascii: "}")
    }

    /// Whether the text is a number by JSON's grammar, whatever its size.
    private static func isNumber(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        var rest = text[...]
        func digits() -> Bool {
            let count = rest.prefix { $0 &- UInt8(ascii: "0") < 10 }.count
            rest = rest.dropFirst(count)
            return count > 0
        }
        if rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
        let isZero = rest.first == UInt8(ascii: "0")
        let whole = rest.count
        guard digits(), !isZero || whole - rest.count == 1 else { return false }
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            guard digits() else { return false }
        }
        if let mark = rest.first, mark | 0x20 == UInt8(ascii: "e") {
            rest = rest.dropFirst()
            if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
            guard digits() else { return false }
        }
        return rest.isEmpty
    }
}
