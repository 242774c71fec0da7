import Glibc

/// A folder that is gone when the test is.
package final class TemporaryFolder: Sendable {
    package let path: String

    package init() throws {
        var template = Array("/tmp/callbackd-test-XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else { throw FolderError(errno) }
        path = String(cString: made)
    }

    deinit { Self.remove(path) }

    package func file(_ name: String) -> String { "\(path)/\(name)" }

    /// Writes a file with the given mode and gives its path.
    @discardableResult
    package func write(_ name: String, _ text: String, mode: UInt32 = 0o600) throws -> String {
        let path = file(name)
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw FolderError(errno) }
        defer { close(descriptor) }
        fchmod(descriptor, mode)
        let bytes = Array(text.utf8)
        guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count else { throw FolderError(errno) }
        return path
    }

    private static func remove(_ path: String) {
        guard let folder = opendir(path) else { return }
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard name != ".", name != ".." else { continue }
            let child = "\(path)/\(name)"
            if Glibc.remove(child) != 0 { remove(child) }
        }
        closedir(folder)
        rmdir(path)
    }
}

package struct FolderError: Error, CustomStringConvertible {
    package let description: String

    init(_ code: Int32) { description = String(cString: strerror(code)) }
}
