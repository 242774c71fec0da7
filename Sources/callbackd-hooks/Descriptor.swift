import Glibc

/// The few system calls on descriptors, with interruptions and short writes dealt with.
enum Descriptor {
    /// Where a process of the runner finds the one that gives it work: the daemon, or the front for a keeper.
    static let upstream: Int32 = 3
    /// Where each process of the runner holds the lock; it is free only when the last of them has ended.
    static let lock: Int32 = 4
    /// Readable when a child of this process has ended. All three numbers are fixed, so that none takes another's place.
    static let childEnds: Int32 = 5

    /// What one read brought.
    enum Reading {
        case bytes(UnsafeRawBufferPointer)
        case nothingYet
        case end
    }

    /// Reads once into `space`; errors other than "nothing yet" count as the end.
    static func read(_ file: Int32, into space: UnsafeMutableRawBufferPointer) -> Reading {
        while true {
            let count = Glibc.read(file, space.baseAddress, space.count)
            if count > 0 { return .bytes(UnsafeRawBufferPointer(rebasing: space[..<count])) }
            if count == 0 { return .end }
            if errno == EINTR { continue }
            return errno == EAGAIN ? .nothingYet : .end
        }
    }

    /// Writes all bytes, waiting where the reader is slow; false when the reader is gone.
    static func write(_ file: Int32, _ bytes: [UInt8]) -> Bool {
        bytes.withUnsafeBytes { write(file, $0) }
    }

    static func write(_ file: Int32, _ bytes: UnsafeRawBufferPointer) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = Glibc.write(file, bytes.baseAddress?.advanced(by: sent), bytes.count - sent)
            if count >= 0 {
                sent += count
            } else if errno != EINTR {
                return false
            }
        }
        return true
    }

    /// Takes the notices of ended children; several ends may stand behind one, so `waitpid` is what counts.
    static func clearChildEnds() {
        withUnsafeTemporaryAllocation(byteCount: 1024, alignment: 8) { space in
            while case .bytes = read(childEnds, into: space) {}
        }
    }

    static func isSocket(_ file: Int32) -> Bool {
        var status = stat()
        return fstat(file, &status) == 0 && status.st_mode & S_IFMT == S_IFSOCK
    }

    /// Whether `poll` saw anything on this descriptor: bytes, the end, or an error.
    static func spoke(_ file: pollfd) -> Bool { file.fd >= 0 && file.revents != 0 }

    /// What the C library calls this error.
    static func words(_ code: Int32) -> String { String(cString: strerror(code)) }

    /// One line on standard error: only for a runner that has no daemon to tell.
    static func complain(_ words: String) {
        _ = write(2, Array("\(words)\n".utf8))
    }
}

/// Nanoseconds of the monotonic clock.
func monotonicNow() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}
