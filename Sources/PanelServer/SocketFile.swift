import FoundationEssentials
import Glibc

/// A Unix socket as a file: nobody meets it with the wrong mode, and no living one is taken away.
///
/// The server binds under a name beside it. Only when its mode is right does that become the socket, by a rename, which
/// also replaces a dead one in one step.
package struct SocketFile: Sendable {
    /// The kernel's 108 bytes with the final zero, and four for the name beside it.
    private static let longestPath = 103

    package let path: String
    /// The permissions of the file: 0o660 lets its owner and group in.
    package let mode: UInt32

    var bindingPath: String { path + ".new" }

    /// - Throws: where the path cannot be a socket, or somebody answers there already.
    package init(path: String, mode: UInt32) throws(ServerError) {
        guard (1...Self.longestPath).contains(path.utf8.count), !path.utf8.contains(0) else {
            throw ServerError("--socket: \(path) must have 1 to \(Self.longestPath) bytes")
        }
        self.path = path
        self.mode = mode
        if let kind = Self.kind(of: path) {
            guard kind == .typeSocket else {
                throw ServerError("--socket: \(path) is there and is no socket; remove it, or choose another")
            }
            guard !answers() else {
                throw ServerError("--socket: another server answers on \(path); stop it first, or choose another")
            }
        }
        unlink(bindingPath)
    }

    func publish() throws(ServerError) {
        guard chmod(bindingPath, mode) == 0, rename(bindingPath, path) == 0 else {
            let reason = String(cString: strerror(errno))
            unlink(bindingPath)
            throw ServerError("--socket: cannot put it at \(path): \(reason)")
        }
    }

    func remove() {
        unlink(path)
    }

    /// What is there, links not followed; nil for nothing.
    private static func kind(of path: String) -> FileAttributeType? {
        do {
            return try FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType
        } catch {
            return nil
        }
    }

    /// Tells whether somebody listens; a refusal means that nobody does any more.
    private func answers() -> Bool {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        let code = withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                connect(descriptor, generic, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0 ? 0 : errno
            }
        }
        return code != ECONNREFUSED && code != ENOENT
    }
}
