import CallbackCore
import Glibc

/// One HTTP/1.1 request over a Unix socket, blocking, with a deadline for the whole of it and a bounded answer.
///
/// Small on purpose: it speaks only with our own server, which answers with a length.
struct LocalExchange {
    enum Failure: Error, Hashable {
        case notRunning
        case noPermission
        case timedOut
        /// The connection ended, or what came is no answer of ours.
        case broken(String)
    }

    static let longestAnswer = 16 << 20

    private let descriptor: Int32
    private let deadline: Int64
    private let clock = SystemTimekeeper()

    /// Sends a request and reads its answer.
    static func perform(
        socketPath: String,
        method: String,
        path: String,
        body: [UInt8],
        timeout: Duration
    ) throws(Failure) -> (status: Int, body: [UInt8]) {
        guard let address = LocalSocketAddress(path: socketPath) else { throw .notRunning }
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw .broken(String(cString: strerror(errno))) }
        defer { close(descriptor) }
        let exchange = LocalExchange(descriptor: descriptor, timeout: timeout)
        try exchange.connect(address, timeout: timeout)
        let head =
            "\(method) \(path) HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n"
            + "content-length: \(body.count)\r\nconnection: close\r\n\r\n"
        try exchange.send(Array(head.utf8) + body)
        return try exchange.receive()
    }

    private init(descriptor: Int32, timeout: Duration) {
        self.descriptor = descriptor
        let (end, overflow) = clock.monotonic().addingReportingOverflow(timeout.nanoseconds)
        deadline = overflow ? .max : end
    }

    private func connect(_ address: LocalSocketAddress, timeout: Duration) throws(Failure) {
        // On a Unix socket this also bounds the wait for a full backlog.
        var limit = timeval(tv_sec: Int(timeout.milliseconds / 1000), tv_usec: Int(timeout.milliseconds % 1000) * 1000)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        switch address.connect(descriptor) {
        case 0: return
        case ENOENT, ECONNREFUSED, ENOTDIR: throw .notRunning
        case EACCES, EPERM: throw .noPermission
        case EAGAIN, EINPROGRESS, ETIMEDOUT: throw .timedOut
        case let code: throw .broken(String(cString: strerror(code)))
        }
    }

    private func wait(_ events: Int32) throws(Failure) {
        while true {
            let left = deadline - clock.monotonic()
            guard left > 0 else { throw .timedOut }
            var entry = pollfd(fd: descriptor, events: Int16(events), revents: 0)
            let milliseconds = min(left / 1_000_000 + 1, Int64(Int32.max))
            if poll(&entry, 1, Int32(milliseconds)) > 0 { return }
        }
    }

    private func send(_ bytes: [UInt8]) throws(Failure) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes { rest in
                Glibc.send(descriptor, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
            }
            if count >= 0 {
                sent += count
            } else if errno == EAGAIN {
                try wait(POLLOUT)
            } else if errno == EPIPE || errno == ECONNRESET {
                // The server closed early: its answer says why.
                return
            } else if errno != EINTR {
                throw .broken(String(cString: strerror(errno)))
            }
        }
    }

    private func receive() throws(Failure) -> (status: Int, body: [UInt8]) {
        var received: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            if let answer = try Self.answer(in: received) { return answer }
            guard received.count < Self.longestAnswer else { throw .broken("the answer is too long") }
            try wait(POLLIN)
            let count = recv(descriptor, &chunk, chunk.count, Int32(MSG_DONTWAIT))
            if count > 0 {
                received += chunk[..<count]
            } else if count == 0 || (errno != EAGAIN && errno != EINTR) {
                throw .broken("the daemon closed the connection without a whole answer")
            }
        }
    }

    /// The answer, once all of it is there.
    static func answer(in received: [UInt8]) throws(Failure) -> (status: Int, body: [UInt8])? {
        guard let end = received.firstRange(of: [0x0D, 0x0A, 0x0D, 0x0A]) else { return nil }
        let lines = String(decoding: received[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n")
        let words = lines.first?.split(separator: " ") ?? []
        guard words.count >= 2, words[0].hasPrefix("HTTP/1."), let status = Int(words[1]) else {
            throw .broken("what answers on the socket does not speak HTTP")
        }
        var length: Int?
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2, parts[0].lowercased() == "content-length" else { continue }
            length = Int(parts[1].drop { $0 == " " })
        }
        guard let length, length >= 0, length <= longestAnswer else {
            throw .broken("the answer does not say its length")
        }
        guard received.count - end.upperBound >= length else { return nil }
        return (status, Array(received[end.upperBound..<end.upperBound + length]))
    }
}
