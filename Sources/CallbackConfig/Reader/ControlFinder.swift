package import CallbackCore

/// Finds where the daemon is reached in a file that is not right otherwise.
///
/// A slip in a rule must not keep an operator from asking the daemon that still runs by the old rules.
package struct ControlFinder: Sendable {
    private let access: FileAccess

    package init(access: FileAccess = .disk) { self.access = access }

    /// What the file says under `control:`, whatever else it says; nil where it cannot be read.
    package func control(path: String) -> ControlSettings? {
        guard case .success(let bytes) = access.read(path, YamlLimits.fileSize),
            let text = String(validating: bytes, as: UTF8.self)
        else { return nil }
        let (root, _) = YamlReader.read(Array(Self.section("control", of: text).utf8), file: path)
        let control = root?["control"]
        let socket = control?["socket"]?.string.map { FilePath.resolve($0, besideFile: path) }
        return ControlSettings(
            socketPath: socket ?? ConfigurationSchema.defaultSocketPath, group: control?["group"]?.string)
    }

    /// The lines of one key at the top of a file, up to the next one.
    private static func section(_ key: String, of text: String) -> String {
        let lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }
        guard let start = lines.firstIndex(where: { $0.hasPrefix("\(key):") }) else { return "" }
        let rest = lines[(start + 1)...].prefix { line in
            line.first.map { $0 == " " || $0 == "#" } ?? true
        }
        return ([lines[start]] + rest).joined(separator: "\n") + "\n"
    }
}
