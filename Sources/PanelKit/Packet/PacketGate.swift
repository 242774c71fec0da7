import FoundationEssentials

/// What a packet's bytes must pass before an XML parser may see them.
///
/// Only UTF-8 goes through. A parser that guesses encodings could read a DOCTYPE where a search of the bytes sees
/// none, and a DOCTYPE is the way to entities that grow without limit or read files.
enum PacketGate {
    /// The largest packet, in bytes.
    static let maximumSize = 8 * 1024 * 1024

    /// The packet as the parser shall see it: without byte order mark, white space outside its root made plain.
    static func admit(_ bytes: [UInt8]) throws(PacketError) -> [UInt8] {
        guard bytes.count <= maximumSize else {
            throw .malformed(
                "the packet is larger than \(maximumSize) bytes; send it in parts",
                at: position(of: maximumSize, in: bytes))
        }
        var bytes = bytes
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            throw .malformed("the packet is not UTF-8, its byte order mark says UTF-16 or UTF-32", at: start)
        }
        if let zero = bytes.firstIndex(of: 0) {
            throw .malformed("a NUL byte; packets are UTF-8 text", at: position(of: zero, in: bytes))
        }
        if let wrong = firstInvalidByte(of: bytes) {
            throw .malformed("bytes that are not UTF-8", at: position(of: wrong, in: bytes))
        }
        if let doctype = firstDoctype(in: bytes) {
            throw .malformed("a DOCTYPE is not allowed in a packet", at: position(of: doctype, in: bytes))
        }
        if let tag = TagLength.firstExcess(in: bytes) {
            throw .malformed("a tag of more than \(TagLength.maximum) bytes", at: position(of: tag, in: bytes))
        }
        guard !bytes.isEmpty else { throw .malformed("the packet is empty", at: start) }
        makeOuterSpacePlain(&bytes)
        try checkDeclaration(bytes)
        return bytes
    }

    private static let start = PacketPosition(line: 1, column: 1)

    private static func position(of index: Int, in bytes: [UInt8]) -> PacketPosition {
        let before = bytes[..<index]
        let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        let line = before.count { $0 == UInt8(ascii: "\n") } + 1
        return PacketPosition(line: line, column: index - lineStart + 1)
    }

    private static func firstInvalidByte(of bytes: [UInt8]) -> Int? {
        guard String(validating: bytes, as: UTF8.self) == nil else { return nil }
        var decoder = UTF8.ForwardParser()
        var iterator = bytes.makeIterator()
        var offset = 0
        while true {
            switch decoder.parseScalar(from: &iterator) {
            case .valid(let scalar): offset += scalar.count
            case .error, .emptyInput: return offset
            }
        }
    }

    private static func firstDoctype(in bytes: [UInt8]) -> Int? {
        let word = Array("doctype".utf8)
        var from = bytes.startIndex
        while let mark = bytes[from...].firstIndex(of: UInt8(ascii: "!")) {
            from = mark + 1
            guard mark > 0, bytes[mark - 1] == UInt8(ascii: "<") else { continue }
            // Lower case too: no packet needs the word, and one comparison is easier to trust than two.
            if bytes[from...].prefix(word.count).elementsEqual(word, by: { $0 | 0x20 == $1 }) { return mark - 1 }
        }
        return nil
    }

    /// Turns U+00A0 before and after the root element into spaces, which is where a parser would stumble over it.
    private static func makeOuterSpacePlain(_ bytes: inout [UInt8]) {
        let isName = { (byte: UInt8) in byte != UInt8(ascii: "?") && byte != UInt8(ascii: "!") }
        var root = bytes.startIndex
        while root < bytes.endIndex {
            if bytes[root] == UInt8(ascii: "<"), root + 1 < bytes.endIndex, isName(bytes[root + 1]) { break }
            root += 1
        }
        let end = bytes.lastIndex(of: UInt8(ascii: ">")) ?? bytes.endIndex
        func plain(_ range: Range<Int>) {
            var index = range.lowerBound
            while index + 1 < range.upperBound {
                if bytes[index] == 0xC2, bytes[index + 1] == 0xA0 {
                    bytes[index] = UInt8(ascii: " ")
                    bytes[index + 1] = UInt8(ascii: " ")
                }
                index += 1
            }
        }
        plain(bytes.startIndex..<root)
        if end < bytes.endIndex, end > root { plain(end..<bytes.endIndex) }
        // A declaration may only stand at the very start; what is pasted often has a line break before it.
        bytes.removeFirst(bytes.prefix { $0 == 0x20 || (0x09...0x0D).contains($0) }.count)
    }

    private static func checkDeclaration(_ bytes: [UInt8]) throws(PacketError) {
        guard bytes.starts(with: Array("<?xml".utf8)) else { return }
        let declaration = String(decoding: bytes.prefix { $0 != UInt8(ascii: ">") }, as: UTF8.self)
        guard let key = declaration.firstRange(of: "encoding") else { return }
        let value = declaration[key.upperBound...].drop { $0 != "\"" && $0 != "'" }.dropFirst()
        let encoding = value.prefix { $0 != "\"" && $0 != "'" }
        guard encoding.lowercased() == "utf-8" else {
            throw .malformed("the encoding \"\(encoding.prefix(40))\" is not accepted; send UTF-8", at: start)
        }
    }
}
