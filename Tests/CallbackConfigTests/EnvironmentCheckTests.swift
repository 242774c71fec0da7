import CallbackConfig
import CallbackCore
import Glibc
import Testing

@Suite("The machine")
struct EnvironmentCheckTests {
    private func check(
        state: String,
        socket: String,
        group: String? = nil,
        secrets: [String: SecretReference] = [:],
        severity: Diagnostic.Severity = .error
    ) throws -> [Diagnostic] {
        var configuration = try #require(Samples.read(GoodConfigurationTests.example).configuration)
        configuration.statePath = state
        configuration.control = ControlSettings(socketPath: socket, group: group)
        configuration.secrets = secrets
        return EnvironmentCheck(severity: severity, environment: [:]).diagnostics(for: configuration)
    }

    @Test("that has everything is fine; a missing socket directory is made at start")
    func fine() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path
        #expect(try check(state: path + "/state.db", socket: path + "/c.sock", group: "root") == [])
        #expect(try check(state: path + "/state.db", socket: path + "/new/c.sock") == [])
    }

    @Test("without the directories is told which ones, as errors or as warnings")
    func missing() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path
        let found = try check(state: path + "/a/state.db", socket: path + "/a/b/c.sock", severity: .warning)
        #expect(
            Samples.lines(found) == [
                "C070 the directory of the state file does not exist: \"\(path)/a\"",
                "C073 the directory of the control socket cannot be made: \"\(path)/a/b\"",
            ])
        #expect(found.allSatisfy { $0.severity == .warning })
    }

    @Test("with files where directories are wanted is refused")
    func files() throws {
        let directory = try TemporaryDirectory()
        let file = try directory.write("f", "")
        #expect(
            try check(state: file + "/state.db", socket: file + "/c.sock").map(\.code) == ["C070", "C073"])
    }

    @Test(
        "must not let group or others write beside the socket",
        arguments: [
            (mode_t(0o750), true), (0o755, true), (0o770, false), (0o752, false), (0o1777, false),
        ])
    func socketModes(_ mode: mode_t, _ accepted: Bool) throws {
        let directory = try TemporaryDirectory()
        let path = directory.path
        try #require(chmod(path, mode) == 0)
        let found = try check(state: path + "/state.db", socket: path + "/c.sock")
        #expect(found.map(\.code) == (accepted ? [] : ["C073"]))
    }

    @Test("is told of unknown groups and of secrets that cannot be used")
    func groupAndSecrets() throws {
        let directory = try TemporaryDirectory()
        let open = try directory.write("open", "x", mode: 0o644)
        let place = ConfigPlace(file: "f", line: 3, column: 1)
        let found = try check(
            state: directory.path + "/s", socket: directory.path + "/c", group: "no-such-group-here",
            secrets: [
                "a": SecretReference(location: .file(open), previous: [], place: place),
                "b": SecretReference(location: .file(directory.path + "/none"), previous: [], place: place),
            ])
        #expect(found.map(\.code) == ["C074", "C072", "C071"])
    }

    @Test("gives files from the disk, with includes by pattern")
    func disk() throws {
        let directory = try TemporaryDirectory()
        let main = try directory.write("main.yaml", IncludeTests.main.replacing("rules.d/", with: "r-"))
        let one = try directory.write("r-1.yaml", "rules: [{name: a, events: [plan_item.created], deliver: [hook]}]")
        let reader = ConfigurationReader(sources: [Samples.sqlite], actions: [Samples.command])
        let result = reader.read(path: main)
        #expect(Samples.lines(result.diagnostics) == [])
        #expect(result.files.keys.sorted() == [main, one])
        #expect(
            reader.read(path: directory.path).diagnostics.map(\.message) == [
                "cannot read the file \"\(directory.path)\": it is a directory"
            ])
        #expect(reader.read(path: directory.path + "/none").diagnostics.map(\.code) == ["C002"])
    }
}
