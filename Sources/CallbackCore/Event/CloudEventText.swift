/// What of a CloudEvents text stands nowhere else, found without parsing the data.
package struct CloudEventText {
    package let source: String
    /// The JSON text of `data`, as it is journalled.
    package let data: ArraySlice<UInt8>

    /// Nil where the bytes are no JSON object with both members.
    package init?(_ body: [UInt8]) {
        var scan = MemberScan(bytes: body)
        var source: String?
        var data: ArraySlice<UInt8>?
        guard scan.open() else { return nil }
        while let (key, value) = scan.next() {
            // Written by callbackd; a source that cannot be read is none.
            if key == Self.sourceKey { source = try? JSONParser.parse(body[value]).string }
            if key == Self.dataKey { data = body[value] }
        }
        guard let source, let data else { return nil }
        self.source = source
        self.data = data
    }

    private static let sourceKey = Array("source".utf8)
    private static let dataKey = Array("data".utf8)
}

/// Walks over the members of one JSON object that is known to be JSON: the journal holds nothing else.
private struct MemberScan {
    let bytes: [UInt8]
    private var index = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func open() -> Bool {
        skipSpace()
        return take(UInt8(ascii: "{"))
    }

    /// The next member's key as it is written between its quotes, and where its value stands; nil at the end.
    mutating func next() -> (key: [UInt8], value: Range<Int>)? {
        skipSpace()
        _ = take(UInt8(ascii: ","))
        skipSpace()
        let keyStart = index + 1
        guard skipText() else { return nil }
        let key = Array(bytes[keyStart..<index - 1])
        skipSpace()
        guard take(UInt8(ascii: ":")) else { return nil }
        skipSpace()
        let start = index
        guard skipValue(), index > start else { return nil }
        return (key, start..<index)
    }

    private mutating func skipValue() -> Bool {
        var depth = 0
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\""):
                guard skipText() else { return false }
                continue
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if depth == 0 { return true }
                depth -= 1
            case UInt8(ascii: ","):
                if depth == 0 { return true }
            default: break
            }
            index += 1
        }
        return false
    }

    private mutating func skipText() -> Bool {
        guard take(UInt8(ascii: "\"")) else { return false }
        while index < bytes.count {
            let byte = bytes[index]
            index += byte == UInt8(ascii: "\\") ? 2 : 1
            if byte == UInt8(ascii: "\"") { return true }
        }
        return false
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard index < bytes.count, bytes[index] == byte else { return false }
        index += 1
        return true
    }

    private mutating func skipSpace() {
        while index < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[index]) { index += 1 }
    }
}
