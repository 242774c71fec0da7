/// Paths as texts.
enum FilePath {
    /// A relative path counts from the directory of the file in which it stands.
    static func resolve(_ path: String, besideFile file: String) -> String {
        guard !path.hasPrefix("/") else { return path }
        let directory = directory(of: file)
        return directory == "." ? path : directory == "/" ? "/" + path : directory + "/" + path
    }

    /// The part before the last slash; `.` where there is none.
    static func directory(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
