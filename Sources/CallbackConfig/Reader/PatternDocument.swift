package import CallbackCore

/// A pattern that stands in a file of its own, in YAML or JSON.
package struct PatternDocument {
    /// Nil where the file cannot be read as YAML.
    package let pattern: ConfigNode?
    package let diagnostics: [Diagnostic]
    /// For `DiagnosticPrinter`.
    package let files: [String: SourceText]

    package init(path: String, access: FileAccess = .disk) {
        switch access.read(path, YamlLimits.fileSize) {
        case .failure(let failure):
            pattern = nil
            diagnostics = [
                Diagnostic(.error, .unreadableFile, "cannot read the file \"\(path)\": \(failure.reason)", at: nil)
            ]
            files = [:]
        case .success(let bytes):
            let (root, reader) = YamlReader.read(bytes, file: path)
            files = [path: reader.text]
            var found = reader.diagnostics
            if root == nil, found.isEmpty {
                let start = ConfigPlace(file: path, line: 1, column: 1)
                found = [Diagnostic(.error, .syntax, "the file is empty: it should hold a pattern", at: start)]
            }
            pattern = root
            diagnostics = found
        }
    }
}
