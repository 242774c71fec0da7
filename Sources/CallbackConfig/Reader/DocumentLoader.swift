import CallbackCore

/// Loads the main file and the files that it includes, one level deep.
struct DocumentLoader {
    struct Document {
        var file: String
        var root: ConfigNode
    }

    /// The main file first, then the included ones in the order of the patterns.
    private(set) var documents: [Document] = []
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

    /// A pattern may match nothing; a plain name is a file that must be there.
    private func matches(of pattern: String, in file: String, access: FileAccess) -> [String] {
        let path = FilePath.resolve(pattern, besideFile: file)
        let isPattern = pattern.contains { "*?[".contains($0) }
        return isPattern ? access.list(path) : [path]
    }

    private mutating func add(_ file: String, access: FileAccess, namedAt place: ConfigPlace?) {
        switch access.read(file, YamlLimits.fileSize) {
        case .failure(let failure):
            diagnostics.append(
                Diagnostic(
                    .error, .unreadableFile, "cannot read the file \"\(file)\": \(failure.reason)", at: place,
                    help: place == nil ? "name another one with --config" : nil))
        case .success(let bytes):
            let (root, reader) = YamlReader.read(bytes, file: file)
            texts[file] = reader.text
            diagnostics += reader.diagnostics
            if let root {
                documents.append(Document(file: file, root: root))
            } else if reader.diagnostics.isEmpty {
                let start = ConfigPlace(file: file, line: 1, column: 1)
                documents.append(Document(file: file, root: ConfigNode(.mapping([]), at: start)))
            }
        }
    }
}
