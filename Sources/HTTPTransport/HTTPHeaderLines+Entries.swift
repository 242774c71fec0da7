extension HTTPHeaderLines {
    /// The headers as name and value, in order: for showing what would be sent.
    package var entries: [(name: String, value: String)] {
        bytes.split(separator: 0).map { line in
            let end = line.firstIndex { $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ";") } ?? line.endIndex
            let value = line[end...].dropFirst().drop { $0 == 32 }
            return (String(decoding: line[..<end], as: UTF8.self), String(decoding: value, as: UTF8.self))
        }
    }
}
