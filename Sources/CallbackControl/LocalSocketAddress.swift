import Glibc

/// The address of a Unix socket for the C calls.
struct LocalSocketAddress {
    /// Bytes that a path may have: the kernel's 108 with the final zero.
    static let longestPath = 107

    private var address = sockaddr_un()

    /// - Returns: nil where the path is longer than the kernel takes.
    init?(path: String) {
        let bytes = Array(path.utf8)
        guard !bytes.isEmpty, bytes.count <= Self.longestPath, !bytes.contains(0) else { return nil }
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    }

    /// Connects a socket. Returns zero or an `errno`.
    func connect(_ descriptor: Int32) -> Int32 {
        withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                Glibc.connect(descriptor, generic, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0 ? 0 : errno
            }
        }
    }
}
