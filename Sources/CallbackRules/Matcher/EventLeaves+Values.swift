import CallbackCore

extension EventLeaves {
    /// Adds a value that is in memory. Lists and objects are no leaves.
    mutating func append(_ value: JSONValue, _ path: Int32, in element: Int32 = -1) {
        switch value {
        case .null: append(path, .null, element)
        case .bool(let flag): append(path, flag ? .yes : .no, element)
        case .string(let text):
            let (bytes, length) = store(text)
            append(path, .string, bytes, length, number: 0, hash: ByteHash.hash(bytes, length), in: element)
        case .integer(let number): append(ExactNumber(number), path, element)
        case .double(let number): append(ExactNumber(number), path, element)
        case .array, .object: break
        }
    }

    private mutating func append(_ path: Int32, _ kind: Leaf.Kind, _ element: Int32) {
        append(path, kind, UnsafePointer(texts.room(0)), 0, number: 0, hash: 0, in: element)
    }

    private mutating func append(_ number: ExactNumber, _ path: Int32, _ element: Int32) {
        guard let value = number.comparable else {
            let (bytes, length) = store(number.text ?? "")
            let hash = ByteHash.hash(bytes, length)
            return append(path, .longNumber, bytes, length, number: 0, hash: hash, in: element)
        }
        let bytes = UnsafePointer(texts.room(0))
        append(path, .number, bytes, 0, number: value, hash: ByteHash.hash(value), in: element)
    }

    /// Writes a text where it stays until the next event.
    @inline(__always)
    private mutating func store(_ text: String) -> (UnsafePointer<UInt8>, Int) {
        var text = text
        return text.withUTF8 { bytes in
            let room = texts.room(bytes.count)
            if let start = bytes.baseAddress { room.update(from: start, count: bytes.count) }
            texts.keep(bytes.count)
            return (UnsafePointer(room), bytes.count)
        }
    }
}
