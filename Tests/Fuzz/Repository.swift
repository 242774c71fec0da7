import FoundationEssentials

/// The files of this repository that fuzzing begins with.
enum Repository {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    static func bytes(_ path: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: root.appending(path: path))) }

    static func lines(_ path: String) throws -> [[UInt8]] {
        try bytes(path).split(separator: UInt8(ascii: "\n")).map(Array.init)
    }

    /// The files in the folders of a folder.
    static func files(below path: String, ending: String) throws -> [[UInt8]] {
        let folder = root.appending(path: path)
        return try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(ending) }.sorted()
            .map { [UInt8](try Data(contentsOf: folder.appending(path: $0))) }
    }

    /// The path of a file that is made while fuzzing.
    static func folder(for name: String) -> String {
        let folder = root.appending(path: ".build/fuzz")
        try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder.appending(path: name).path
    }

    /// Where inputs that broke something are kept.
    static func keep(_ input: [UInt8], as name: String) throws -> String {
        let folder = root.appending(path: ".build/fuzz")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let file = folder.appending(path: name)
        try Data(input).write(to: file)
        return file.path
    }
}
