import ArgumentParser
import CallbackCore
import CallbackStore
import Testing

@testable import callbackd

@Suite("the command line")
struct CommandLineTests {
    private func parsed(_ words: [String]) throws -> any ParsableCommand {
        try Callbackd.parseAsRoot(StatusVerb.spelledOut(words))
    }

    @Test(
        "what cannot be meant is a usage error",
        arguments: [
            ["deliveries", "retry"], ["deliveries", "hold", "word"], ["deliveries", "show", "42"],
            ["deliveries", "list", "--state", "lost"], ["deliveries", "list", "--limit", "0"],
            ["dead", "redrive"], ["dead", "redrive", "--all", "1-1"], ["dead", "discard", "--all", "--target", "a"],
            ["events", "list", "--since", "yesterday"], ["status", "--wait=soon"],
            ["status", "--wait=soon", "--json"], ["targets", "pause"],
            ["listen", "--port", "70000"], ["listen", "--status", "99"], ["listen", "--count", "0"], ["nonsense"],
        ])
    func usage(words: [String]) {
        let error = #expect(throws: (any Error).self) { try parsed(words) }
        #expect(error.map { Callbackd.exitCode(for: $0).rawValue } == ExitStatus.usage.rawValue)
    }

    @Test(
        "what can be meant is understood",
        arguments: [
            ["deliveries", "retry", "42-1", "43-1"], ["deliveries", "hold", "-"],
            ["deliveries", "list", "--state", "parked", "--json"],
            ["dead", "redrive", "--target", "billing", "--dry-run"],
            ["events", "list", "--since", "2h"], ["events", "list", "--since", "2026-11-22T10:00:00Z"],
            ["events", "tail", "--after", "12"], ["status", "--wait"], ["status", "--wait=5s"],
            ["status", "--wait", "--json"],
            ["targets", "test", "billing", "--config", "x.yaml"], ["source", "accept", "panel"],
            ["listen", "--port", "0", "--secret", "whsec_x", "--fail-first", "2"],
            ["sign", "--secret", "file", "--id", "msg_1", "body"], ["sign", "--secret-file", "file", "--id", "a", "b"],
            ["verify", "--secret-file", "file", "--secret", "other", "body"],
        ])
    func understood(words: [String]) throws {
        _ = try parsed(words)
    }

    @Test("--wait alone waits a minute")
    func wait() throws {
        let alone = try #require(try parsed(["status", "--wait"]) as? StatusVerb)
        #expect(alone.wait?.duration == .seconds(60))
        let given = try #require(try parsed(["status", "--wait=5s"]) as? StatusVerb)
        #expect(given.wait?.duration == .seconds(5))
        let followed = try #require(try parsed(["status", "--wait=5s", "--config", "x"]) as? StatusVerb)
        #expect(followed.wait?.duration == .seconds(5))
        let bare = try #require(try parsed(["status", "--wait", "--config", "x"]) as? StatusVerb)
        #expect(bare.wait?.duration == .seconds(60))
        #expect(bare.configuration.path == "x")
        let none = try #require(try parsed(["status"]) as? StatusVerb)
        #expect(none.wait == nil)
        #expect(none.configuration.path == "/etc/callbackd/callbackd.yaml")
    }

    @Test("moments are RFC 3339 or count back from now")
    func moments() {
        let now = Timestamp(milliseconds: 1_700_000_000_000)
        #expect(MomentArgument(argument: "2h")?.timestamp(now: now) == now + .hours(-2))
        #expect(MomentArgument(argument: "2023-11-14T22:13:20Z")?.timestamp(now: now) == now)
        #expect(
            MomentArgument(argument: "2023-11-14T22:13:20.123Z")?.timestamp(now: now) == now + .milliseconds(123))
        #expect(MomentArgument(argument: "2023-11-14T23:13:20+01:00")?.timestamp(now: now) == now)
        #expect(MomentArgument(argument: "14 November") == nil)
    }

    @Test(
        "durations have a unit",
        arguments: [("500ms", 500), ("60s", 60_000), ("5m", 300_000), ("2h", 7_200_000), ("3d", 259_200_000)])
    func durations(text: String, milliseconds: Int64) {
        #expect(DurationArgument(argument: text)?.duration.milliseconds == milliseconds)
    }

    @Test("what is no duration is refused", arguments: ["", "5", "s", "-5s", "5 s", "1.5h", "5w"])
    func noDuration(text: String) {
        #expect(DurationArgument(argument: text) == nil)
    }

    @Test("each failure has its exit code")
    func exitCodes() {
        func code(_ error: any Error) -> Int32? { Ending(of: error).status?.rawValue }
        #expect(code(VerbFailure(.unavailable, "")) == 69)
        #expect(code(VerbFailure(.noPermission, "")) == 77)
        #expect(code(VerbFailure(.configuration, "")) == 78)
        #expect(code(StateError(kind: .missing, message: "")) == 66)
        #expect(code(StateError(kind: .heldByAnother, message: "")) == 75)
        #expect(code(StateError(kind: .busy, message: "")) == 75)
        #expect(code(StateError(kind: .corrupt, message: "")) == 65)
        #expect(code(StateError(kind: .full, message: "")) == 74)
        #expect(code(ValidationError("")) == nil)
    }
}

@Suite("what is printed")
struct OutputTests {
    private let plain = Palette(isOn: false)
    private let colours = Palette(isOn: true)

    @Test("a table's columns are as wide as their widest cell, whatever the colours")
    func table() {
        var table = Table("A", "LONGER", "C")
        table.add(.init("wide cell", .red), .init("x"), .init("end"))
        #expect(table.lines(plain) == ["A          LONGER  C", "wide cell  x       end"])
        #expect(table.lines(colours)[1] == "\u{1B}[31mwide cell\u{1B}[0m  x       end")
    }

    @Test("an empty last column leaves no white space behind")
    func emptyEnd() {
        var table = Table("A", "")
        table.add(.init("x"), .init(""))
        #expect(table.lines(plain) == ["A", "x"])
    }

    @Test("a table without rows prints nothing")
    func emptyTable() {
        #expect(Table("A").lines(plain).isEmpty)
    }

    @Test("cells cannot steer the terminal")
    func harmless() {
        #expect("a\u{1B}[31mb\nc\u{202E}d".harmless == "a\u{FFFD}[31mb\u{FFFD}c\u{FFFD}d")
        #expect("plan „Größe“ ✔".harmless == "plan „Größe“ ✔")
    }

    @Test("long JSON is broken into lines that are the same JSON")
    func indented() throws {
        let value: JSONValue = [
            "name": "a text that is long enough to make the line break somewhere",
            "list": ["one", "two", ["deep": "a text that is long enough to make another line break, surely so"]],
            "empty": [:],
        ]
        let text = value.indented()
        #expect(text.split(separator: "\n").count > 5)
        #expect(try JSONParser.parse(text.utf8) == value)
        #expect(JSONValue.object(["a": 1]).indented(1) == "  {\"a\":1}")
    }

    @Test("a status is well only when it is ready and no gap is open")
    func status() {
        var status = DaemonStatus(
            ready: true, version: "1", pid: 1, startedAt: "now", statePath: "/s", stateProblem: nil, lastSequence: 7,
            sources: [.init(name: "panel", state: "watching", words: "", position: 7, gap: nil)],
            targets: [
                .init(
                    name: "billing", kind: "webhook", paused: true, inFlight: 0, delivered: 1, failedAttempts: 0,
                    dead: 0, lastFailure: nil)
            ])
        #expect(status.isWell)
        #expect(StatusView(status: status, palette: plain).lines[0].contains("ready"))
        status.sources[0].gap = "the panel's database was replaced"
        #expect(!status.isWell)
        let text = StatusView(status: status, palette: plain).lines.joined(separator: "\n")
        #expect(text.contains("needs you"))
        #expect(text.contains("callbackd source accept panel"))
        #expect(text.contains("paused"))
        status.sources[0].gap = nil
        status.targets[0].disabled = .init(reason: "gone", words: "HTTP 410: gone", since: "today")
        #expect(!status.isWell)
        let disabled = StatusView(status: status, palette: plain).lines.joined(separator: "\n")
        #expect(disabled.contains("billing is disabled since today: HTTP 410: gone"))
        #expect(disabled.contains("callbackd targets enable billing"))
        status.targets[0].disabled = nil
        status.configuration = .init(
            path: "/c.yaml", version: 7, since: "now", failure: .init(at: "then", reason: "c.yaml:4: a slip"), parked: 3
        )
        #expect(!status.isWell)
        let failed = StatusView(status: status, palette: plain).lines.joined(separator: "\n")
        #expect(failed.contains("the last reload failed, version 7 is still in force\n  then  c.yaml:4: a slip"))
        #expect(failed.contains("parked    3, whose"))
        status.configuration?.failure = nil
        #expect(status.isWell)
        status.stateProblem = "disk full"
        #expect(!status.isWell)
        status.stateProblem = nil
        status.ready = false
        #expect(!status.isWell)
        #expect(StatusView(status: status, palette: plain).lines[0].contains("not ready"))
    }
}
