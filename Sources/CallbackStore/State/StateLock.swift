import Glibc

/// Makes one process the owner of a state file.
///
/// The lock stands on a file of its own beside it: closing any descriptor of the database itself would drop
/// SQLite's own locks. It ends with the process, however that ends.
package final class StateLock: Sendable {
    private let descriptor: Int32
    package let path: String

    /// Takes the lock or says who holds it. Does not wait.
    /// - Throws: `StateError` of kind `heldByAnother` or `inputOutput`.
    package init(statePath: String) throws(StateError) {
        path = statePath + ".lock"
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw StateError(
                kind: .inputOutput,
                message: "cannot open the lock file \(path): \(String(cString: strerror(errno)))")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let holder = Self.holder(of: descriptor)
            close(descriptor)
            let who = holder.map { "process \($0)" } ?? "another process"
            throw StateError(
                kind: .heldByAnother,
                message: "\(who) holds the state file \(statePath); stop it first, or use another `state:`")
        }
        ftruncate(descriptor, 0)
        let text = Array("\(getpid())\n".utf8)
        pwrite(descriptor, text, text.count, 0)
    }

    deinit { close(descriptor) }

    /// The process that holds a state file's lock; nil where nobody does.
    package static func holder(statePath: String) -> Int32? {
        let descriptor = open(statePath + ".lock", O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        if flock(descriptor, LOCK_SH | LOCK_NB) == 0 { return nil }
        return holder(of: descriptor) ?? 0
    }

    private static func holder(of descriptor: Int32) -> Int32? {
        var bytes = [UInt8](repeating: 0, count: 16)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        guard count > 0 else { return nil }
        return Int32(String(decoding: bytes[..<count].filter { $0 != 0x0A }, as: UTF8.self))
    }
}
