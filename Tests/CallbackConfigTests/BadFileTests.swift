import CallbackConfig
import CallbackCore
import Testing

@Suite("A bad file")
struct BadFileTests {
    @Test("of text or keys is refused at its place", arguments: BadFile.texts)
    func text(_ file: BadFile) { judge(file) }

    @Test("of values is refused at its place", arguments: BadFile.values)
    func values(_ file: BadFile) { judge(file) }

    @Test("of secrets is refused at its place and the secret is never shown", arguments: BadFile.secrets)
    func secrets(_ file: BadFile) {
        judge(file)
        let result = Samples.read(file.text)
        let shown = DiagnosticPrinter(files: result.files).human(result.diagnostics)
        #expect(!shown.contains("hunter2"))
        let json = DiagnosticPrinter(files: result.files).json(result.diagnostics).text
        #expect(!json.contains("hunter2"))
    }

    @Test("of tests is refused at its place", arguments: BadFile.tests + BadFile.expectations)
    func tests(_ file: BadFile) { judge(file) }

    private func judge(_ file: BadFile) {
        let result = Samples.read(file.text)
        let errors = result.diagnostics.filter { $0.severity == .error }
        #expect(Samples.lines(errors) == file.expected)
        #expect(result.configuration == nil)
    }
}
