import Glibc

/// Standard input, output and error, as bytes.
enum StandardStream {
    /// Writes all of a text. False where the other side is gone or the disk is full.
    static func write(_ text: String, to descriptor: Int32) -> Bool {
        write(Array(text.utf8), to: descriptor)
    }

    static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if written > 0 {
                rest.removeFirst(written)
            } else if errno != EINTR {
                return false
            }
        }
        return true
    }

    /// Reads standard input to its end, and keeps no more than `limit` bytes and one that tells there were more.
    ///
    /// What comes behind is read and dropped, within reason, so that the writer is not cut off.
    ///
    /// - Returns: nil where it cannot be read.
    static func readInput(limit: Int) -> [UInt8]? {
        var kept: [UInt8] = []
        var dropped = 0
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while dropped < 8 * limit {
            let count = piece.withUnsafeMutableBytes { Glibc.read(STDIN_FILENO, $0.baseAddress, $0.count) }
            if count == 0 { break }
            if count < 0 {
                if errno == EINTR { continue }
                return nil
            }
            let room = min(count, limit + 1 - kept.count)
            kept += piece[..<room]
            dropped += count - room
        }
        return kept
    }
}
