import Glibc

/// A connection to a Unix socket, byte by byte, for what no HTTP client does.
final class SocketConnection {
    private let descriptor: Int32

    init(_ path: String) throws {
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        let code = withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                connect(descriptor, generic, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard code == 0 else { throw ScenarioError("cannot connect to \(path): \(String(cString: strerror(errno)))") }
        // No read waits for ever.
        var limit = timeval(tv_sec: 30, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(descriptor) }

    func send(_ text: String) throws {
        let bytes = Array(text.utf8)
        guard Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else {
            throw ScenarioError("cannot send: \(String(cString: strerror(errno)))")
        }
    }

    /// Waits until the other side has read everything that was sent.
    func waitUntilRead() throws {
        try eventually("the server has read the request") {
            var waiting: Int32 = 0
            return ioctl(descriptor, UInt(TIOCOUTQ), &waiting) == 0 && waiting == 0
        }
    }

    /// Everything until the other side closes.
    func receive() throws -> String {
        var received: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(descriptor, &chunk, chunk.count, 0)
            guard count >= 0 else { throw ScenarioError("cannot receive: \(String(cString: strerror(errno)))") }
            if count == 0 { return String(decoding: received, as: UTF8.self) }
            received += chunk[..<count]
        }
    }
}
