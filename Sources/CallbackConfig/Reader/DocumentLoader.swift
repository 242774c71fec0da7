import CallbackCore

/// Loads the main file and the files that it includes, one level deep.
struct DocumentLoader {
    struct Document {
        var file: String
        var root: ConfigNode
    }

    /// How the name of a file ends that holds tests and nothing else.
    static let testSuffix = ".test.yaml"

    /// The main file first, then the included ones in the order of the patterns.
    private(set) var documents: [Document] = []
    /// The files of tests, where they were asked for.
    private(set) var testDocuments: [Document] = []
    private(set) var texts: [String: SourceText] = [:]
    private(set) var diagnostics: [Diagnostic] = []
    /// The main file's path and the patterns of `include:`, resolved.
    private(set) var patterns: [String] = []

    static func load(_ path: String, access: FileAccess) -> DocumentLoader {
        var loader = DocumentLoader()
        loader.patterns = [path]
        loader.add(path, access: access, namedAt: nil)
        guard let main = loader.documents.first else { return loader }
        var files: Set<String> = [path]
        for pattern in main.root["include"]?.elements ?? [] {
            guard let text = pattern.string, !text.isEmpty else { continue }
            loader.patterns.append(FilePath.resolve(text, besideFile: main.file))
            for file in loader.matches(of: text, in: main.file, access: access) where files.insert(file).inserted {
                loader.add(file, access: access, namedAt: pattern.place)
            }
        }
        return loader
    }

    /// Adds the files of tests that stand in the directory of the main file, of an included one, or where an
    /// `include` pattern looks.
    mutating func addTests(access: FileAccess) {
        guard let main = documents.first else { return }
        var directories: [String] = []
        let patterns = (main.root["include"]?.elements ?? []).compactMap(\.string).filter { !$0.isEmpty }
        let places =
            documents.map { Self.literal($0.file) }
            + patterns.map { FilePath.resolve($0, besideFile: Self.literal(main.file)) }
        for place in places {
            let directory = FilePath.directory(of: place)
            if !directories.contains(directory) { directories.append(directory) }
        }
        var known = Set(texts.keys.map(FilePath.plain))
        for directory in directories {
            let pattern = FilePath.resolve("*\(Self.testSuffix)", besideFile: directory + "/x")
            for file in access.list(pattern) where known.insert(FilePath.plain(file)).inserted {
                if let document = read(file, access: access, namedAt: nil) { testDocuments.append(document) }
            }
        }
    }

    /// A path in which nothing is a pattern.
    private static func literal(_ path: String) -> String {
        String(path.flatMap { "*?[\\".contains($0) ? ["\\", $0] : [$0] })
    }

    /// A pattern may match nothing, and never means files of tests; a plain name is a file that must be there.
    private func matches(of pattern: String, in file: String, access: FileAccess) -> [String] {
        let path = FilePath.resolve(pattern, besideFile: file)
        let isPattern = pattern.contains { "*?[".contains($0) }
        return isPattern ? access.list(path).filter { !$0.hasSuffix(Self.testSuffix) } : [path]
    }

    private mutating func add(_ file: String, access: FileAccess, namedAt place: ConfigPlace?) {
        if let document = read(file, access: access, namedAt: place) { documents.append(document) }
    }

    /// The document of a file; nil where it cannot be read or is not valid, which is reported then.
    private mutating func read(_ file: String, access: FileAccess, namedAt place: ConfigPlace?) -> Document? {
        switch access.read(file, YamlLimits.fileSize) {
        case .failure(let failure):
            diagnostics.append(
                Diagnostic(
                    .error, .unreadableFile, "cannot read the file \"\(file)\": \(failure.reason)", at: place,
                    help: place == nil && texts.isEmpty ? "name another one with --config" : nil))
            return nil
        case .success(let bytes):
            let (root, reader) = YamlReader.read(bytes, file: file)
            texts[file] = reader.text
            diagnostics += reader.diagnostics
            if let root { return Document(file: file, root: root) }
            guard reader.diagnostics.isEmpty else { return nil }
            let start = ConfigPlace(file: file, line: 1, column: 1)
            return Document(file: file, root: ConfigNode(.mapping([]), at: start))
        }
    }
}
