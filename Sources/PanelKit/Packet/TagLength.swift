/// Looks for start tags so long that comparing their attributes with each other would keep the parser busy.
///
/// The parser compares every attribute of a tag with every other: some 100,000 of them cost it minutes.
enum TagLength {
    /// The longest tag, in bytes. Packets have one attribute that matters, the version.
    static let maximum = 2048

    /// Where the first tag that is too long begins, or nil.
    static func firstExcess(in bytes: [UInt8]) -> Int? {
        var at = bytes.startIndex
        while let open = bytes[at...].firstIndex(of: UInt8(ascii: "<")) {
            if bytes[open...].starts(with: "<!--".utf8) {
                at = end(of: "-->", in: bytes, from: open + 4)
            } else if bytes[open...].starts(with: "<![CDATA[".utf8) {
                at = end(of: "]]>", in: bytes, from: open + 9)
            } else if bytes[open...].starts(with: "<?".utf8) {
                at = end(of: "?>", in: bytes, from: open + 2)
            } else {
                at = endOfTag(in: bytes, from: open)
                if at - open > maximum { return open }
            }
        }
        return nil
    }

    private static func end(of mark: String, in bytes: [UInt8], from: Int) -> Int {
        let mark = Array(mark.utf8)
        var at = from
        while at + mark.count <= bytes.endIndex {
            if bytes[at] == mark[0], bytes[at...].starts(with: mark) { return at + mark.count }
            at += 1
        }
        return bytes.endIndex
    }

    /// A tag ends with the first `>` outside quotes; the end of the packet ends it too.
    private static func endOfTag(in bytes: [UInt8], from open: Int) -> Int {
        var quote: UInt8?
        for index in open..<bytes.endIndex {
            let byte = bytes[index]
            if let open = quote {
                if byte == open { quote = nil }
            } else if byte == UInt8(ascii: ">") {
                return index + 1
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                quote = byte
            }
        }
        return bytes.endIndex
    }
}
