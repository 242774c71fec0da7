import Glibc

/// A file beside the state file that only takes up room.
///
/// On a full disk SQLite cannot even delete a row, as every change is written first. When that happens this file is
/// given up, so that the results of what was sent are still recorded; it is made again when there is room.
package final class Ballast: Sendable {
    /// Bytes. A small file system spares its sixteenth part.
    package static let largest: Int64 = 32 << 20

    package let path: String
    /// Bytes.
    package let size: Int64

    package init(statePath: String) {
        path = statePath + ".ballast"
        let whole = DiskSpace(path: statePath)?.size ?? 0
        size = min(Self.largest, whole / 16)
    }

    /// Whether it is there, whole.
    package var isThere: Bool {
        var about = stat()
        return stat(path, &about) == 0 && Int64(about.st_size) >= size
    }

    /// Makes it, where there is room for it and for as much besides.
    /// - Returns: whether it is there now.
    package func make() -> Bool {
        if isThere { return true }
        guard size > 0, let space = DiskSpace(path: path), space.free >= 2 * size else { return false }
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        // Real blocks: a file with holes would save nothing.
        guard posix_fallocate(descriptor, 0, off_t(size)) == 0 else {
            unlink(path)
            return false
        }
        return true
    }

    /// Gives it up.
    /// - Returns: whether there was something to give.
    package func free() -> Bool { unlink(path) == 0 }
}

/// How much room there is on a file system.
package struct DiskSpace: Hashable, Sendable {
    /// Bytes that this process may still use.
    package let free: Int64
    /// Bytes in all.
    package let size: Int64

    package init(free: Int64, size: Int64) {
        self.free = free
        self.size = size
    }

    /// Asks for the file system of a file, or of the directory in which it would be made; nil where it cannot be asked.
    package init?(path: String) {
        var about = statvfs()
        let directory = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        guard statvfs(directory.isEmpty ? "/" : directory, &about) == 0 else { return nil }
        free = Int64(about.f_bavail) * Int64(about.f_frsize)
        size = Int64(about.f_blocks) * Int64(about.f_frsize)
    }
}
