import CallbackCore
import Testing

@testable import callbackd

@Suite("The corpus of configurations")
struct CorpusTests {
    @Test("a good file has no errors, and the warnings that it announces", arguments: CorpusFile.good)
    func good(_ file: CorpusFile) {
        let loaded = judge(file)
        #expect(!loaded.hasErrors)
        #expect(loaded.configuration != nil && loaded.book != nil)
    }

    @Test("a bad file is refused with every finding at its place, and nothing more", arguments: CorpusFile.bad)
    func bad(_ file: CorpusFile) {
        let loaded = judge(file)
        #expect(loaded.hasErrors)
        #expect(loaded.configuration == nil)
        let shown = loaded.human(colour: false) + loaded.json.text
        #expect(!shown.contains("hunter2") && !shown.contains("MfKQ9r8G"), "a secret is shown")
    }

    @Test("there are enough of both")
    func size() {
        #expect(CorpusFile.good.count >= 8)
        #expect(CorpusFile.bad.count >= 100)
    }

    private func judge(_ file: CorpusFile) -> LoadedConfiguration {
        let loaded = LoadedConfiguration(path: file.path)
        let found = loaded.diagnostics
        let agrees =
            found.count == file.expected.count && zip(file.expected, found).allSatisfy { file.announces($0, $1) }
        #expect(agrees, "found:\n\(found.map { "# expect: " + file.words(for: $0) }.joined(separator: "\n"))")
        for diagnostic in found {
            #expect(diagnostic.place?.file == file.path)
            #expect(!diagnostic.message.hasSuffix("."))
        }
        return loaded
    }
}
