import Glibc

/// A file that holds one secret as a line of text. Whatever happens, no moment shows it to others or half of it.
package struct SecretFile: Sendable {
    package let path: String

    package init(_ path: String) { self.path = path }

    /// Writes a new file with mode 0600.
    /// - Throws: why not; an existing file is left alone.
    package func create(_ secret: SecretValue) throws(FileFailure) {
        let descriptor = try exclusive(path)
        do throws(FileFailure) {
            try write(secret, to: descriptor)
            close(descriptor)
        } catch {
            close(descriptor)
            unlink(path)
            throw error
        }
        syncDirectory()
    }

    /// Puts another secret in the place of the one in the file, which is kept in a file beside it. Owner, group and
    /// mode stay. At every moment there is a whole secret at `path`.
    /// - Returns: the path of the old secret.
    /// - Throws: why not; then nothing has changed.
    package func replace(with secret: SecretValue, suffix: String) throws(FileFailure) -> String {
        let old = "\(path).\(suffix)"
        let new = "\(path).new"
        var status = stat()
        guard lstat(path, &status) == 0 else { throw FileFailure(errno: errno) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw FileFailure(reason: "it is not a regular file: name the file itself, not a link to it")
        }
        let descriptor = try exclusive(new)
        do throws(FileFailure) {
            try take(over: status, descriptor)
            try write(secret, to: descriptor)
            guard link(path, old) == 0 else { throw FileFailure(errno: errno) }
            guard rename(new, path) == 0 else {
                let reason = FileFailure(errno: errno)
                unlink(old)
                throw reason
            }
            close(descriptor)
        } catch {
            close(descriptor)
            unlink(new)
            throw error
        }
        syncDirectory()
        return old
    }

    private func exclusive(_ path: String) throws(FileFailure) -> Int32 {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            let reason = FileFailure(errno: errno)
            throw errno == EEXIST ? FileFailure(reason: "\(path) exists, and is not overwritten") : reason
        }
        return descriptor
    }

    private func take(over status: stat, _ descriptor: Int32) throws(FileFailure) {
        guard fchmod(descriptor, status.st_mode & 0o770) == 0 else { throw FileFailure(errno: errno) }
        guard status.st_uid != geteuid() || status.st_gid != getegid() else { return }
        guard fchown(descriptor, status.st_uid, status.st_gid) == 0 else {
            throw FileFailure(reason: "it belongs to another user: only that user or root can replace it")
        }
    }

    private func write(_ secret: SecretValue, to descriptor: Int32) throws(FileFailure) {
        let line = Array((secret.text + "\n").utf8)
        var start = 0
        while start < line.count {
            let count = line[start...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw FileFailure(errno: errno) }
            start += count
        }
        guard fsync(descriptor) == 0 else { throw FileFailure(errno: errno) }
    }

    /// So that a name that was made survives a power cut. What cannot be synced is as safe as its file system.
    private func syncDirectory() {
        let directory = path.lastIndex(of: "/").map { path[...$0] } ?? "."
        let descriptor = open(String(directory), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }
}
