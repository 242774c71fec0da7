import Glibc

/// Why the control socket cannot be opened.
package struct ControlError: Error, Hashable, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}

/// The control socket as a file: its directory, its mode, and that no living one is taken away.
///
/// The server binds under a name beside it. Only when mode and group are right does that become the socket, by a
/// rename: so nobody ever meets it half made, and a dead one is replaced in one step. No process-wide umask is touched.
struct ControlSocket: Sendable {
    let path: String
    /// The group whose members are let in.
    let group: gid_t?

    var bindingPath: String { path + ".new" }

    init(path: String, group: gid_t?) throws(ControlError) {
        self.path = path
        self.group = group
        guard bindingPath.utf8.count <= LocalSocketAddress.longestPath else {
            throw ControlError(
                "control: socket: \(path) is too long: \(LocalSocketAddress.longestPath - 4) bytes at most"
            )
        }
    }

    /// Makes the directory where it is missing and refuses one that strangers can write.
    /// - Throws: also where a daemon answers on the socket.
    func prepare() throws(ControlError) {
        try prepareDirectory()
        var about = stat()
        guard lstat(path, &about) == 0 else { return }
        guard about.st_mode & S_IFMT == S_IFSOCK else {
            throw ControlError("\(path) is there and is no socket: remove it, or choose another control: socket:")
        }
        guard !answers() else {
            throw ControlError("another daemon answers on \(path): stop it first, or choose another control: socket:")
        }
    }

    /// Puts the bound socket in its place.
    func publish() throws(ControlError) {
        if let group, chown(bindingPath, uid_t.max, group) != 0 {
            throw ControlError(
                "cannot give \(path) to its group: \(Self.reason()); may the daemon's user use that group?")
        }
        guard chmod(bindingPath, 0o660) == 0 else {
            throw ControlError("cannot set the mode of \(path): \(Self.reason())")
        }
        guard rename(bindingPath, path) == 0 else {
            throw ControlError("cannot put the control socket at \(path): \(Self.reason())")
        }
    }

    /// Which socket stands at the path, so that another daemon's is not removed at the end.
    func identity() -> (device: dev_t, inode: ino_t)? {
        var about = stat()
        return lstat(path, &about) == 0 ? (about.st_dev, about.st_ino) : nil
    }

    func remove(_ mine: (device: dev_t, inode: ino_t)) {
        if let there = identity(), there == mine { unlink(path) }
    }

    private func prepareDirectory() throws(ControlError) {
        let directory = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
        guard !directory.isEmpty else {
            throw ControlError("control: socket: \(path) must stand in a directory of its own")
        }
        if mkdir(directory, 0o750) == 0 {
            if let group, chown(directory, uid_t.max, group) != 0 {
                throw ControlError("cannot give \(directory) to its group: \(Self.reason())")
            }
            return
        }
        guard errno == EEXIST else {
            throw ControlError("cannot make the directory \(directory): \(Self.reason())")
        }
        var about = stat()
        guard stat(directory, &about) == 0, about.st_mode & S_IFMT == S_IFDIR else {
            throw ControlError("\(directory) is no directory")
        }
        guard about.st_mode & (S_IWGRP | S_IWOTH) == 0 else {
            throw ControlError(
                "group or others can write to \(directory) and so replace the control socket: "
                    + "chmod go-w \(directory)"
            )
        }
    }

    private func answers() -> Bool {
        guard let address = LocalSocketAddress(path: path) else { return false }
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        // Refused means that nobody listens any more. Everything else is taken for a living daemon.
        let code = address.connect(descriptor)
        return code != ECONNREFUSED && code != ENOENT
    }

    private static func reason() -> String { String(cString: strerror(errno)) }
}
