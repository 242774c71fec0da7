import CallbackTestKit
import Glibc
import Testing

@Suite("Configuration files that change under the daemon", .serialized)
struct ReloadWatchTests {
    private let include = "include: [rules.d/*.yaml]"

    @Test("a file that is renamed over the main one is in force by itself")
    func renamedOver() throws {
        let scenario = try Scenario()
        let daemon = try scenario.start()
        let old = try Shell.read(scenario.configurationPath)
        try scenario.configure(rules: Scenario.rules(Scenario.rule("domains")))
        try scenario.version(becomes: 2)
        try scenario.folder.write("new.yaml", old)
        try scenario.rename("new.yaml", to: "callbackd.yaml")
        try scenario.version(becomes: 3)
        // The file that is there now is watched, and not the one that was.
        try scenario.configure(rules: Scenario.rules(Scenario.rule("again")))
        try scenario.version(becomes: 4)
        #expect(daemon.stop() == 0)
    }

    @Test("a file that comes into an included directory counts, and one that goes counts no more")
    func includedFiles() throws {
        let scenario = try Scenario()
        try scenario.configure(rules: "", more: include)
        let daemon = try scenario.start()
        // Neither the directory nor a file was there at the start.
        guard mkdir(scenario.folder.file("rules.d"), 0o750) == 0 else { throw ScenarioError("no directory") }
        try scenario.folder.write("rules.d/one.yaml", Scenario.rules(Scenario.rule("one")))
        try scenario.version(becomes: 2)
        try scenario.addDomain("a.example")
        try scenario.delivery("1-1", is: "delivered")
        try scenario.folder.write("two.tmp", Scenario.rules(Scenario.rule("two", events: "domain.deleted")))
        try scenario.rename("two.tmp", to: "rules.d/two.yaml")
        try scenario.version(becomes: 3)
        try scenario.folder.write("rules.d/notes.txt", "not ours")
        unlink(scenario.folder.file("rules.d/one.yaml"))
        try scenario.version(becomes: 4)
        try scenario.addDomain("b.example")
        try scenario.sql("DELETE FROM domains WHERE name = 'a.example';")
        try #expect(scenario.receiver.request(2).json["type"] == "domain.deleted")
        #expect(daemon.stop() == 0)
    }

    @Test("a mistake that is saved is shown, and the mended file counts by itself")
    func mistakeAndMending() throws {
        let scenario = try Scenario()
        let daemon = try scenario.start()
        try scenario.configure(rules: "rules: [{name: x")
        try eventually("status shows the failure") { try scenario.configurationLine()["failure"] != nil }
        try scenario.addDomain("a.example")
        try scenario.receiver.waitForRequests(1)
        try scenario.configure(rules: Scenario.rules(Scenario.rule("domains")))
        try scenario.version(becomes: 2)
        #expect(try scenario.configurationLine()["failure"] == nil)
        #expect(daemon.stop() == 0)
    }

    @Test("a burst of writes is one reload, and files beside the configuration are none")
    func burst() throws {
        let scenario = try Scenario()
        let daemon = try scenario.start()
        for number in 0..<30 { try scenario.folder.write("callbackd.yaml.\(number)", "rules: [") }
        for number in 0..<30 {
            try scenario.configure(rules: Scenario.rules(Scenario.rule("rule-\(number)")))
        }
        try eventually("the last one is in force") {
            try scenario.sql("SELECT content FROM books ORDER BY version DESC LIMIT 1;", on: scenario.statePath)
                .contains("\"rule-29\"")
        }
        // It is on disk before it is logged.
        try eventually("it is logged") { daemon.log.contains("configuration reloaded") }
        let reloads = daemon.log.split(separator: "\n").count { $0.contains("configuration reloaded") }
        #expect((1...4).contains(reloads), "\(reloads) reloads for 30 writes")
        #expect(!daemon.log.contains("refused"))
        #expect(daemon.stop() == 0)
    }

    @Test("a directory that is replaced as a whole, by its link, is followed")
    func turnedLink() throws {
        let scenario = try Scenario()
        for release in ["one", "two"] {
            guard mkdir(scenario.folder.file(release), 0o750) == 0 else { throw ScenarioError("no directory") }
            try scenario.folder.write("\(release)/rules.yaml", Scenario.rules(Scenario.rule(release)))
        }
        guard symlink("one", scenario.folder.file("rules.d")) == 0 else { throw ScenarioError("no link") }
        try scenario.configure(rules: "", more: include)
        let daemon = try scenario.start()
        guard symlink("two", scenario.folder.file("next")) == 0 else { throw ScenarioError("no link") }
        try scenario.rename("next", to: "rules.d")
        try scenario.version(becomes: 2)
        try scenario.folder.write("two/rules.yaml", Scenario.rules(Scenario.rule("three")))
        try scenario.version(becomes: 3)
        #expect(daemon.stop() == 0)
    }

    @Test("with watch: false only a reload that is asked for counts")
    func unwatched() throws {
        let scenario = try Scenario()
        try scenario.configure(more: Scenario.unwatched)
        let daemon = try scenario.start()
        try scenario.configure(rules: Scenario.rules(Scenario.rule("one")))
        #expect(try scenario.verb("reload").contains("changed: reload\n"))
        try scenario.configure(rules: Scenario.rules(Scenario.rule("two")))
        try scenario.version(becomes: 3)
        try scenario.configure(rules: Scenario.rules(Scenario.rule("three")), more: Scenario.unwatched)
        try scenario.version(becomes: 4)
        try scenario.configure(rules: Scenario.rules(Scenario.rule("four")), more: Scenario.unwatched)
        // Once the daemon has answered, what it was told of the write before would have been read.
        try scenario.addDomain("a.example")
        try scenario.receiver.waitForRequests(1)
        #expect(try scenario.configurationLine()["version"] == 4)
        #expect(daemon.stop() == 0)
    }
}
