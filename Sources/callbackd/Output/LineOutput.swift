import Glibc

/// Standard output for many lines: written in pieces, and at once where somebody watches.
struct LineOutput {
    private static let size = 64 * 1024

    private var buffer: [UInt8] = []
    private let isWatched = isatty(STDOUT_FILENO) == 1

    init() { buffer.reserveCapacity(Self.size + 1_024) }

    /// - Throws: `VerbFailure` with exit code 74 where standard output cannot be written.
    mutating func print(_ bytes: some Sequence<UInt8>) throws {
        buffer += bytes
        buffer.append(UInt8(ascii: "\n"))
        if isWatched || buffer.count >= Self.size { try flush() }
    }

    mutating func print(_ text: String) throws { try print(text.utf8) }

    /// Writes what is waiting, ending the program quietly where the reader has gone.
    /// - Throws: `VerbFailure` with exit code 74 where standard output cannot be written.
    mutating func flush() throws {
        var rest = buffer[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            if count >= 0 {
                rest = rest.dropFirst(count)
            } else if errno == EPIPE {
                exit(ExitStatus.done.rawValue)
            } else if errno != EINTR, errno != EAGAIN {
                let reason = String(cString: strerror(errno)).lowercased()
                throw VerbFailure(.inputOutput, "cannot write to standard output: \(reason)")
            }
        }
        buffer.removeAll(keepingCapacity: true)
    }
}
