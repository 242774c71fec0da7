import CallbackCore

extension EventLeaves {
    /// Adds a value that is in memory. Lists and objects are no leaves.
    mutating func append(_ value: JSONValue, _ path: Int32, in element: Int32 = -1) {
        switch value {
        case .null: append(path, .null, element)
        case .bool(let flag): append(path, flag ? .yes : .no, element)
        case .string(let text):
            let (bytes, length) = store(text)
            append(path, .string, bytes, length, number: 0, in: element)
        case .integer(let number): append(ExactNumber(number), path, element)
        case .double(let number): append(ExactNumber(number), path, element)
        case .array, .object: break
        }
    }

    /// Adds a single value of which the kind is known: without holding on to it.
    @inline(__always)
    mutating func append(_ kind: RowValue.Kind, _ value: UnsafePointer<JSONValue>, _ path: Int32) {
        switch kind {
        case .string:
            let text = RowValue.text(value)
            if text.count >= 0 { append(text, path) } else { append(value.pointee, path) }
        case .integer:
            let number = RowValue.integer(value)
            guard number.magnitude <= ExactNumber.exactLimit else { return append(value.pointee, path) }
            append(Double(number), path)
        case .double:
            let number = RowValue.double(value)
            append(number == 0 ? 0 : number, path)
        case .null: append(path, .null, -1)
        case .yes: append(path, .yes, -1)
        case .no: append(path, .no, -1)
        case .list, .object: break
        }
    }

    mutating func appendType(of event: UnsafePointer<EventView>, _ path: Int32) {
        let text = RowValue.type(event)
        if text.count >= 0 { append(text, path) } else { append(.string(event.pointee.type.rawValue), path) }
    }

    @inline(__always)
    private mutating func append(_ number: Double, _ path: Int32) {
        let bytes = UnsafePointer(texts.room(0))
        append(path, .number, bytes, 0, number: number, in: -1)
    }

    private mutating func append(_ text: RowValue.Text, _ path: Int32) {
        append(path, .string, keep(text), text.count, number: 0, in: -1)
    }

    /// Writes a text where it stays until the next event, and where more can be read behind it.
    @inline(__always)
    mutating func keep(_ text: RowValue.Text) -> UnsafePointer<UInt8> {
        let length = max(text.count, 16)
        let room = texts.room(length)
        text.write(to: room)
        texts.keep(length)
        return UnsafePointer(room)
    }

    private mutating func append(_ path: Int32, _ kind: Leaf.Kind, _ element: Int32) {
        append(path, kind, UnsafePointer(texts.room(0)), 0, number: 0, in: element)
    }

    private mutating func append(_ number: ExactNumber, _ path: Int32, _ element: Int32) {
        guard let value = number.comparable else {
            let (bytes, length) = store(number.text ?? "")
            return append(path, .longNumber, bytes, length, number: 0, in: element)
        }
        let bytes = UnsafePointer(texts.room(0))
        append(path, .number, bytes, 0, number: value, in: element)
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
