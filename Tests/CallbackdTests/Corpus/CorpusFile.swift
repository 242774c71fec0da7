import CallbackCore
import FoundationEssentials
import Testing

/// A configuration file of the shared corpus, with what its head says about it:
///
///     # expect: C012 at 7:5+6: unknown key …      everything that `check` finds, in its order
///     # expect: warning C060 at 3
///     # schema: accepts                           a mistake that no schema can see
struct CorpusFile: Sendable, CustomTestStringConvertible {
    let name: String
    let path: String
    /// The findings that the head announces; what stands behind the code and place may be left out.
    let expected: [String]
    let isBeyondSchema: Bool

    var testDescription: String { name }

    static let good = files(in: "Tests/Corpus/configuration/good")
    static let bad = files(in: "Tests/Corpus/configuration/bad")

    /// The configurations that the repository shows to users.
    static let examples = files(in: "etc") + files(in: "etc/rules.d")

    static let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path()

    private static func files(in folder: String) -> [CorpusFile] {
        let directory = repository + "/" + folder
        do {
            let names = try FileManager.default.contentsOfDirectory(atPath: directory)
            return try names.filter { $0.hasSuffix(".yaml") }.sorted().map { try CorpusFile(directory, $0) }
        } catch {
            Issue.record("the corpus cannot be read: \(error)")
            return []
        }
    }

    private init(_ directory: String, _ name: String) throws {
        self.name = name
        path = directory + "/" + name
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let head = text.split(separator: "\n").prefix { $0.hasPrefix("#") }
        expected = head.filter { $0.hasPrefix("# expect: ") }.map { String($0.dropFirst("# expect: ".count)) }
        isBeyondSchema = head.contains("# schema: accepts")
    }

    /// Whether a finding is the one that a line announces.
    func announces(_ line: String, _ diagnostic: Diagnostic) -> Bool {
        let full = words(for: diagnostic)
        guard full.hasPrefix(line) else { return false }
        // `at 7` is not meant by `at 71`.
        return full == line || [":", "+", " "].contains(full.dropFirst(line.count).first)
    }

    /// Such as `C012 at 7:5+6: unknown key "evnets" in rule "one" — did you mean "events"?`.
    func words(for diagnostic: Diagnostic) -> String {
        let severity = diagnostic.severity == .warning ? "warning " : ""
        let place = diagnostic.place.map { " at \($0.line):\($0.column)+\($0.length)" } ?? ""
        let label = diagnostic.label.map { " — \($0)" } ?? ""
        return severity + diagnostic.code + place + ": "
            + "\(diagnostic.message)\(label)".replacing(path, with: "FILE")
    }
}
