import CallbackConfig
import CallbackCore
import Testing

@Suite("Finding the daemon in a file that is wrong")
struct ControlFinderTests {
    private func control(_ text: String) -> ControlSettings? {
        ControlFinder(access: .texts(["etc/main.yaml": text])).control(path: "etc/main.yaml")
    }

    @Test(
        "control: is found whatever surrounds it",
        arguments: [
            "version: 1\ncontrol: {socket: /run/x.sock, group: ops}\nrules: [{name: \"\n",
            "rules:\n  - {name: [\ncontrol:\n  # here\n\n  socket: /run/x.sock\n  group: ops\nsources: {a: *b}\n",
            "\tbroken\ncontrol: {socket: /run/x.sock, group: ops, zzz: 1}",
        ])
    func found(text: String) {
        #expect(control(text) == ControlSettings(socketPath: "/run/x.sock", group: "ops"))
    }

    @Test("a relative socket counts from the file, a missing or broken control: means the default")
    func defaults() {
        #expect(control("control: {socket: run/x.sock}")?.socketPath == "etc/run/x.sock")
        for text in ["", "rules: []", "control: {socket: [", "control:", "  control: {socket: /nested}"] {
            #expect(control(text)?.socketPath == ConfigurationSchema.defaultSocketPath, "\(text)")
        }
        #expect(ControlFinder(access: .texts([:])).control(path: "etc/main.yaml") == nil)
    }

    @Test("the patterns that a file includes by are known also where a file is wrong")
    func patterns() {
        let result = Samples.reader([
            "etc/main.yaml": "version: 1\ninclude: [rules.d/*.yaml, /abs.yaml]\nzzz: 1\n"
        ]).read(path: "etc/main.yaml")
        #expect(result.hasErrors)
        #expect(result.patterns == ["etc/main.yaml", "etc/rules.d/*.yaml", "/abs.yaml"])
    }
}
