import CallbackCore
import CallbackRules
import CallbackTestKit
import Glibc
import Testing

@testable import CallbackEngine

@Suite("What a reload decides")
struct ReloadDecisionTests {
    private let plain = EngineFixture.configuration(rules: ["one", "two"], targets: [])

    private func content(_ configuration: Configuration, secrets: [String: [UInt8]] = [:]) throws -> ReloadContent {
        let (book, diagnostics) = RuleBook.compile(rules: [], targets: [], catalog: nil)
        guard let book else { throw DiagnosticList(diagnostics) }
        return ReloadContent(
            configuration: configuration, book: book, secretDigests: secrets, secret: { _ in nil },
            prepare: { .init(targets: [], install: {}) })
    }

    @Test("places are no content: what only moved to another line has not changed")
    func placesAside() throws {
        var moved = plain
        for index in moved.rules.indices { moved.rules[index].place.line += 7 }
        let change = ConfigurationChange(from: try content(plain), to: try content(moved))
        #expect(change.isEmpty)
    }

    @Test("rules, secrets, order, egress and retention are told apart by name")
    func changes() throws {
        var next = plain
        next.rules.swapAt(0, 1)
        next.rules.append(next.rules[0])
        next.rules[2].name = "three"
        next.rules[0].match = ConfigNode(.mapping([]), at: EngineFixture.place)
        next.retention.age = .days(3)
        next.egressAllow = [Setting(.text("10.0.0.0/8"), at: EngineFixture.place)]
        let change = ConfigurationChange(
            from: try content(plain, secrets: ["a": [1], "b": [1]]),
            to: try content(next, secrets: ["b": [2], "c": [1]]))
        #expect(change.rules == .init(added: ["three"], changed: ["two"]))
        #expect(change.secrets == .init(added: ["c"], removed: ["a"], changed: ["b"]))
        #expect(change.others == ["order of rules", "egress", "retention"])
        #expect(change.targets.isEmpty)
    }

    @Test("each part that a running daemon cannot change is named")
    func restarts() {
        func source(_ name: SourceName, _ path: String) -> SourceSettings {
            SourceSettings(
                name: name, kind: "sqlite",
                settings: Settings(["path": Setting(.text(path), at: EngineFixture.place)], at: EngineFixture.place),
                common: Settings(at: EngineFixture.place), place: EngineFixture.place)
        }
        var old = plain
        old.sources = [source("gone", "/a"), source("kept", "/b"), source("other", "/c")]
        var new = old
        new.sources = [source("kept", "/b"), source("other", "/d"), source("fresh", "/e")]
        new.statePath = "/elsewhere"
        new.control.group = "admins"
        // Limits can change at any time.
        new.limits.inFlight = 1
        #expect(
            RestartNeeded.diagnostics(from: old, to: new).map(\.message) == [
                "state changed, from /s to /elsewhere: this needs a restart", "control changed: this needs a restart",
                "sources.other changed: this needs a restart",
                "sources.fresh is new: this needs a restart", "sources.gone was taken out: this needs a restart",
            ])
        var moved = old
        moved.sources[0].place.line = 99
        #expect(RestartNeeded.diagnostics(from: old, to: moved).isEmpty)
    }

    @Test("changes settle when it has been quiet, and at the latest after two seconds")
    func settling() {
        var settling = Settling()
        #expect(settling.until == nil)
        #expect(!settling.isDue(at: .max))
        settling.changed(at: 1_000)
        #expect(settling.until == 1_000 + Settling.quiet)
        settling.changed(at: 100_000_000)
        #expect(!settling.isDue(at: 100_000_000 + Settling.quiet - 1))
        #expect(settling.isDue(at: 100_000_000 + Settling.quiet))
        for moment in stride(from: Int64(0), through: Settling.patience, by: 100_000_000) {
            settling.changed(at: moment)
        }
        #expect(settling.until == 1_000 + Settling.patience)
    }

    @Test("the watch looks at files, at directories that may come, at links and where they lead")
    func watchList() throws {
        let folder = try TemporaryFolder()
        for name in ["conf", "real"] { try #require(mkdir(folder.file(name), 0o700) == 0) }
        try folder.write("real/a.yaml", "")
        try #require(symlink(folder.file("real/a.yaml"), folder.file("conf/linked.yaml")) == 0)
        try #require(symlink("real", folder.file("turned")) == 0)
        let list = WatchList([
            folder.file("conf/main.yaml"), folder.file("conf/linked.yaml"), folder.file("conf/rules.d/*.yaml"),
            folder.file("turned/*.yaml"),
        ]).directories
        #expect(list[folder.file("conf")] == ["main.yaml", "linked.yaml", "rules.d"])
        #expect(list[folder.file("real")] == ["a.yaml"])
        #expect(list[folder.file("turned")] == ["*.yaml"])
        #expect(list[folder.path] == ["turned"])
        #expect(WatchList(["main.yaml", "rules.d/*.yaml"]).directories == [".": ["main.yaml", "rules.d"]])
        #expect(WatchList([]).directories.isEmpty)
    }
}
