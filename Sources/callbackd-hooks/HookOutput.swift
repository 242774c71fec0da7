import Glibc

/// What a hook prints: always read, kept up to a limit, so that no hook ever waits for a reader.
struct HookOutput {
    /// The reading end, or -1 once every writer has closed.
    private(set) var file: Int32
    private(set) var kept: [UInt8] = []
    private(set) var truncated = false
    private let limit: Int
    private let space: UnsafeMutableRawBufferPointer

    init(file: Int32, limit: Int, space: UnsafeMutableRawBufferPointer) {
        self.file = file
        self.limit = limit
        self.space = space
    }

    /// Reads once and says how much that was.
    @discardableResult
    mutating func take() -> Int {
        guard file >= 0 else { return 0 }
        switch Descriptor.read(file, into: space) {
        case .bytes(let bytes):
            let room = limit - kept.count
            if bytes.count > room { truncated = true }
            kept.append(contentsOf: bytes.prefix(max(0, room)))
            return bytes.count
        case .nothingYet:
            return 0
        case .end:
            close()
            return 0
        }
    }

    /// Reads what lies in the pipe and closes it. A writer outside the tree may hold the other end for ever: it is
    /// not waited for, and what it writes meanwhile is taken no further than a pipe can hold.
    mutating func finish() {
        var taken = 0
        while taken < 1 << 20 {
            let count = take()
            if count == 0 { break }
            taken += count
        }
        close()
    }

    private mutating func close() {
        if file >= 0 { Glibc.close(file) }
        file = -1
    }
}
