import CallbackConfig
import CallbackCore
import Testing

@Suite("Included files")
struct IncludeTests {
    static let main = """
        version: 1
        include: [rules.d/*.yaml]
        sources: {panel: {sqlite: {path: /panel.db}, profile: plesk}}
        targets: {hook: {command: {run: [/bin/true]}}}
        """

    private func read(_ files: [String: String]) -> ConfigurationResult {
        Samples.reader(files).read(path: "etc/main.yaml")
    }

    private func lines(_ result: ConfigurationResult) -> [String] {
        zip(result.diagnostics, Samples.lines(result.diagnostics)).map { ($0.place?.file ?? "") + ":" + $1 }
    }

    @Test("are merged in the order of their names, patterns counting from the including file")
    func merged() throws {
        let result = read([
            "etc/main.yaml": Self.main,
            "etc/rules.d/20-b.yaml": "rules: [{name: b, events: [plan_item.created], deliver: [second]}]",
            "etc/rules.d/10-a.yaml": """
            targets: {second: {command: {run: [x]}}}
            rules: [{name: a, events: [plan_item.created], deliver: [hook]}]
            """,
            "etc/rules.d/.hidden.yaml": "nonsense: 1",
            "etc/rules.d/deeper/c.yaml": "nonsense: 1",
        ])
        #expect(lines(result) == [])
        let configuration = try #require(result.configuration)
        #expect(configuration.rules.map(\.name) == ["a", "b"])
        #expect(configuration.targets.map(\.name) == ["hook", "second"])
        #expect(result.files.keys.sorted() == ["etc/main.yaml", "etc/rules.d/10-a.yaml", "etc/rules.d/20-b.yaml"])
    }

    @Test("may not have what belongs into the main file")
    func mainOnly() {
        let result = read([
            "etc/main.yaml": Self.main + "\nrules: [{name: a, events: [plan_item.created], deliver: [hook]}]",
            "etc/rules.d/a.yaml": "version: 1\ninclude: [more.yaml]\n",
        ])
        #expect(
            lines(result) == [
                "etc/rules.d/a.yaml:1:1+7 C015 \"version\" stands in an included file",
                "etc/rules.d/a.yaml:2:1+7 C015 \"include\" stands in an included file",
            ])
    }

    @Test("that declare what another file declares are told where both stand")
    func declaredTwice() {
        let result = read([
            "etc/main.yaml": Self.main + "\ndefaults: {timeout: 1s}",
            "etc/rules.d/a.yaml": """
            defaults: {timeout: 2s}
            targets:
              hook: {command: {run: [x]}}
            rules: [{name: a, events: [plan_item.created], deliver: [hook]}]
            """,
            "etc/rules.d/b.yaml": "rules: [{name: a, events: [plan_item.created], deliver: [hook]}]",
        ])
        #expect(
            lines(result) == [
                "etc/rules.d/a.yaml:1:1+8 C017 \"defaults\" is declared twice — stands first in etc/main.yaml:5:1",
                "etc/rules.d/a.yaml:3:3+4 C017 target \"hook\" is declared twice — stands first in etc/main.yaml:4:11",
                "etc/rules.d/b.yaml:1:16+1 C052 two rules are called \"a\" — stands first in etc/rules.d/a.yaml:4:16",
            ])
    }

    @Test("are judged all in one run, also when one of them is no YAML")
    func allAtOnce() {
        let result = read([
            "etc/main.yaml": Self.main + "\nstat: x",
            "etc/rules.d/a.yaml": "rules: [",
            "etc/rules.d/b.yaml": "rulez: []",
        ])
        #expect(result.configuration == nil)
        let codes = result.diagnostics.filter { $0.severity == .error }.map { "\($0.place?.file ?? "") \($0.code)" }
        #expect(codes == ["etc/main.yaml C012", "etc/rules.d/a.yaml C001", "etc/rules.d/b.yaml C012"])
    }

    @Test("named without a pattern must be there")
    func missing() {
        let result = read(["etc/main.yaml": "version: 1\ninclude: [one.yaml, none-*.yaml]\n"])
        #expect(
            lines(result).filter { $0.contains("C002") } == [
                "etc/main.yaml:2:11+8 C002 cannot read the file \"etc/one.yaml\": no such file"
            ])
    }

    @Test("that fit two patterns, or are the main file, are read once")
    func once() throws {
        let result = read([
            "etc/main.yaml": Self.main.replacing("[rules.d/*.yaml]", with: "[r.yaml, '*.yaml']"),
            "etc/r.yaml": "rules: [{name: a, events: [plan_item.created], deliver: [hook]}]",
        ])
        #expect(lines(result) == [])
        #expect(try #require(result.configuration).rules.count == 1)
    }

    @Test("a main file that is missing is one error without a place")
    func noMainFile() {
        let result = read([:])
        #expect(result.configuration == nil)
        #expect(lines(result) == [":C002 cannot read the file \"etc/main.yaml\": no such file"])
    }
}
