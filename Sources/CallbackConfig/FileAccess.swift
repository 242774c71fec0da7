import Glibc

/// How configuration files are reached: the disk, or texts in memory.
package struct FileAccess: Sendable {
    /// The bytes of a file, at most `limit` + 1 of them, or the reason why it cannot be read.
    package var read: @Sendable (_ path: String, _ limit: Int) -> Result<[UInt8], FileFailure>
    /// The paths that a pattern of the shell's kind fits, sorted.
    package var list: @Sendable (_ pattern: String) -> [String]

    package init(
        read: @escaping @Sendable (String, Int) -> Result<[UInt8], FileFailure>,
        list: @escaping @Sendable (String) -> [String]
    ) {
        self.read = read
        self.list = list
    }

    package static let disk = FileAccess(read: readDisk, list: listDisk)

    /// Files that exist only in memory, by path.
    package static func texts(_ texts: [String: String]) -> FileAccess {
        FileAccess(
            read: { path, _ in
                texts[path].map { .success(Array($0.utf8)) } ?? .failure(FileFailure(reason: "no such file"))
            },
            list: { pattern in
                texts.keys.filter { fnmatch(pattern, $0, FNM_PATHNAME | FNM_PERIOD) == 0 }.sorted()
            }
        )
    }

    private static func readDisk(_ path: String, _ limit: Int) -> Result<[UInt8], FileFailure> {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return .failure(FileFailure(errno: errno)) }
        defer { close(descriptor) }
        return readAll(descriptor, limit: limit)
    }

    private static func listDisk(_ pattern: String) -> [String] {
        var found = glob_t()
        defer { globfree(&found) }
        guard glob(pattern, 0, nil, &found) == 0 else { return [] }
        return (0..<Int(found.gl_pathc)).compactMap { found.gl_pathv[$0].map { String(cString: $0) } }.sorted()
    }
}

/// Why a file cannot be read, in words.
package struct FileFailure: Error, Sendable, Hashable {
    package var reason: String

    package init(reason: String) { self.reason = reason }

    init(errno code: Int32) {
        switch code {
        case ENOENT: reason = "no such file"
        case EACCES: reason = "permission denied"
        case EISDIR: reason = "it is a directory"
        default: reason = String(cString: strerror(code)).lowercased()
        }
    }
}

/// Reads a descriptor to its end, or one byte beyond the limit.
func readAll(_ descriptor: Int32, limit: Int) -> Result<[UInt8], FileFailure> {
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 64 * 1024)
    while bytes.count <= limit {
        let count = read(descriptor, &piece, piece.count)
        if count < 0 && errno == EINTR { continue }
        guard count >= 0 else { return .failure(FileFailure(errno: errno)) }
        if count == 0 { break }
        bytes.append(contentsOf: piece[0..<count])
    }
    return .success(Array(bytes.prefix(limit + 1)))
}
