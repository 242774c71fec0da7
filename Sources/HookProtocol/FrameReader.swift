/// Cuts a stream of bytes into frames, and lets the bytes between frames through.
package struct FrameReader: Sendable {
    private var buffer: [UInt8] = []
    private var head = 0

    package init() {}

    /// Takes what was read from the socket.
    package mutating func append(_ bytes: UnsafeRawBufferPointer) {
        if head == buffer.count {
            buffer.removeAll(keepingCapacity: buffer.capacity <= 1 << 20)
            head = 0
        } else if head > 1 << 16 {
            buffer.removeFirst(head)
            head = 0
        }
        buffer.append(contentsOf: bytes)
    }

    /// The next whole frame, or nil until more bytes are there.
    package mutating func next() throws(WireError) -> HookFrame? {
        guard buffer.count - head >= HookFrame.headerLength else { return nil }
        var length = 0
        for offset in 0..<4 { length |= Int(buffer[head + offset]) << (8 * offset) }
        guard length >= 1, length <= HookFrame.largest else { throw WireError("a frame of \(length) bytes") }
        guard let kind = HookFrame.Kind(rawValue: buffer[head + 4]) else {
            throw WireError("a message of the unknown kind \(buffer[head + 4])")
        }
        let end = head + 4 + length
        guard buffer.count >= end else { return nil }
        let frame = HookFrame(kind: kind, bytes: Array(buffer[head..<end]))
        head = end
        return frame
    }

    /// Up to `limit` of the bytes that follow the last frame, or as many of them as are there.
    package mutating func raw(upTo limit: UInt64) -> [UInt8] {
        let count = Int(min(limit, UInt64(buffer.count - head)))
        guard count > 0 else { return [] }
        let bytes = Array(buffer[head..<head + count])
        head += count
        return bytes
    }
}
