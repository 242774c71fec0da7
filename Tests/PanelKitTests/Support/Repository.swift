import FoundationEssentials

/// Files of this repository that tests read, and write when they are asked to.
enum Repository {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// Set to write what is generated instead of comparing it: `UPDATE_GOLDEN=1 swift test --filter Golden`.
    static let isUpdating = ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] != nil

    static func text(_ path: String) throws -> String {
        String(decoding: try Data(contentsOf: root.appending(path: path)), as: UTF8.self)
    }

    static func write(_ text: String, to path: String) throws {
        try Data(text.utf8).write(to: root.appending(path: path))
    }

    /// The names in a folder, sorted.
    static func names(in path: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: root.appending(path: path).path).sorted()
    }
}
