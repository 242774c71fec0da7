/// Paths as texts.
enum FilePath {
    /// A relative path counts from the directory of the file in which it stands.
    static func resolve(_ path: String, besideFile file: String) -> String {
        guard !path.hasPrefix("/") else { return path }
        let directory = directory(of: file)
        return directory == "." ? path : directory == "/" ? "/" + path : directory + "/" + path
    }

    /// The path without steps that lead nowhere, for telling whether two paths are written for one file.
    static func plain(_ path: String) -> String {
        var parts: [Substring] = []
        for part in path.split(separator: "/") where part != "." {
            if part == "..", let last = parts.last, last != ".." { parts.removeLast() } else { parts.append(part) }
        }
        return (path.hasPrefix("/") ? "/" : "") + parts.joined(separator: "/")
    }

    /// The part before the last slash; `.` where there is none.
    static func directory(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
