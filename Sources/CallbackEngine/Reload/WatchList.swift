import Glibc

/// Where a change can make a set of files another one: directories, each with the patterns of the names that matter.
struct WatchList: Hashable {
    private(set) var directories: [String: Set<String>] = [:]

    /// - Parameter patterns: paths of files, or patterns of the shell's kind. They need not fit anything yet.
    init(_ patterns: [String]) {
        for pattern in patterns { add(pattern) }
    }

    private mutating func add(_ pattern: String) {
        var bases = [pattern.hasPrefix("/") ? "/" : "."]
        let components = pattern.split(separator: "/").map(String.init)
        for component in components.dropLast() {
            let isPattern = Self.isPattern(component)
            var next: [String] = []
            for base in bases {
                let path = Self.join(base, component)
                let found = isPattern ? Self.fitting(path) : [path]
                let folders = found.filter { Self.kind(of: $0, followingLinks: true) == S_IFDIR }
                // A directory that is not there may come; a link may be turned; a pattern may fit more tomorrow.
                if isPattern || folders.isEmpty || Self.kind(of: path, followingLinks: false) == S_IFLNK {
                    note(component, in: base)
                }
                next += folders
            }
            bases = next
        }
        guard let name = components.last else { return }
        for base in bases {
            note(name, in: base)
            for path in Self.fitting(Self.join(base, name))
            where Self.kind(of: path, followingLinks: false) == S_IFLNK { noteEnd(of: path) }
        }
    }

    private mutating func note(_ name: String, in directory: String) {
        directories[directory, default: []].insert(name)
    }

    /// The file to which a link leads is written in its own directory.
    private mutating func noteEnd(of link: String) {
        guard let real = realpath(link, nil) else { return }
        defer { free(real) }
        let path = String(cString: real)
        guard let slash = path.lastIndex(of: "/") else { return }
        note(String(path[path.index(after: slash)...]), in: slash == path.startIndex ? "/" : String(path[..<slash]))
    }

    private static func isPattern(_ text: String) -> Bool { text.contains { "*?[".contains($0) } }

    private static func join(_ base: String, _ name: String) -> String {
        base == "." ? name : base == "/" ? "/" + name : base + "/" + name
    }

    private static func kind(of path: String, followingLinks: Bool) -> mode_t? {
        var about = stat()
        return (followingLinks ? stat(path, &about) : lstat(path, &about)) == 0 ? about.st_mode & S_IFMT : nil
    }

    private static func fitting(_ pattern: String) -> [String] {
        var found = glob_t()
        defer { globfree(&found) }
        guard glob(pattern, 0, nil, &found) == 0 else { return [] }
        return (0..<Int(found.gl_pathc)).compactMap { found.gl_pathv[$0].map { String(cString: $0) } }
    }
}
