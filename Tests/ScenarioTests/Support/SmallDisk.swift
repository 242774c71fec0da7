import CallbackTestKit
import Glibc

/// A small file system in memory at a folder of a scenario, which can be full. Only root may make one.
final class SmallDisk: Sendable {
    let path: String
    private var filler: String { "\(path)/filler" }

    /// Whether this process may mount anything.
    static let isPossible: Bool = {
        guard geteuid() == 0, let folder = try? TemporaryFolder() else { return false }
        guard mount("tmpfs", folder.path, "tmpfs", 0, "size=64k") == 0 else { return false }
        return umount(folder.path) == 0
    }()

    init(at path: String, size: String) throws {
        self.path = path
        guard mount("tmpfs", path, "tmpfs", 0, "size=\(size),mode=750") == 0 else {
            throw ScenarioError("cannot mount a tmpfs at \(path): \(String(cString: strerror(errno)))")
        }
    }

    deinit { umount2(path, Int32(MNT_DETACH)) }

    /// Bytes that are free.
    var free: Int {
        var about = statvfs()
        return statvfs(path, &about) == 0 ? Int(about.f_bavail) * Int(about.f_frsize) : -1
    }

    /// Writes until so many bytes are left.
    func fill(leaving rest: Int = 0) throws {
        let descriptor = open(filler, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw ScenarioError("cannot fill \(path)") }
        defer { close(descriptor) }
        let page = [UInt8](repeating: 0, count: 4096)
        while free > rest {
            if write(descriptor, page, page.count) < page.count { break }
        }
    }

    /// Makes room again.
    func empty() { unlink(filler) }
}
