import CallbackTestKit
import Testing

@Suite("Gaps", .serialized)
struct GapTests {
    private static let first = ["domain.created a.example", "domain.created b.example"]
    private static let all = first + ["domain.created c.example", "domain.created d.example"]

    /// A scenario whose panel was copied after two of four domains, with its daemon still running.
    private func copied() throws -> (scenario: Scenario, daemon: RunningDaemon, copy: String) {
        let scenario = try Scenario()
        let daemon = try scenario.start()
        try scenario.deliver("a.example", "b.example")
        let copy = scenario.folder.file("copy.db")
        try scenario.copyDatabase(scenario.panelPath, to: copy)
        try scenario.deliver("c.example", "d.example")
        return (scenario, daemon, copy)
    }

    // MARK: The panel's database put back

    @Test("a panel restored from an earlier copy while the daemon was stopped raises a gap")
    func restoredWhileStopped() throws {
        let (scenario, daemon, copy) = try copied()
        #expect(daemon.stop() == 0)
        try scenario.restorePanel(from: copy)
        try scenario.expectGap("replaced", after: Self.all, try scenario.start())
    }

    @Test("a panel restored from an earlier copy under a running daemon raises a gap")
    func restoredWhileRunning() throws {
        let (scenario, daemon, copy) = try copied()
        try scenario.restorePanel(from: copy)
        try scenario.expectGap("replaced", after: Self.all, daemon)
    }

    @Test("a panel restored from a copy that is as old as the daemon's start raises a gap")
    func restoredToTheStart() throws {
        let scenario = try Scenario()
        #expect(try scenario.start().stop() == 0)
        let copy = scenario.folder.file("copy.db")
        try scenario.copyDatabase(scenario.panelPath, to: copy)
        let daemon = try scenario.start()
        try scenario.deliver("a.example", "b.example")
        try scenario.restorePanel(from: copy)
        try scenario.expectGap("replaced", after: Self.first, daemon)
    }

    @Test("a panel restored into the same file under a running daemon raises a gap")
    func restoredInPlace() throws {
        let (scenario, daemon, copy) = try copied()
        try scenario.sql(".restore '\(copy)'")
        try scenario.expectGap("replaced", after: Self.all, daemon)
    }

    @Test("a restored panel that has since run past the old position raises a gap and no storm")
    func restoredAndRunPast() throws {
        let (scenario, daemon, copy) = try copied()
        #expect(daemon.stop() == 0)
        try scenario.restorePanel(from: copy)
        for number in 1...5 { try scenario.addDomain("other\(number).example") }
        try scenario.expectGap("replaced", after: Self.all, try scenario.start())
    }

    @Test("a restored panel that runs past the old position under a running daemon raises a gap and no storm")
    func restoredAndRunPastWhileRunning() throws {
        let (scenario, daemon, copy) = try copied()
        for number in 1...5 {
            try scenario.sql(
                """
                INSERT INTO domains (name, displayName, cl_id, vendor_id)
                VALUES ('other\(number).example', 'other\(number).example', 3, 2);
                """, on: copy)
        }
        try scenario.restorePanel(from: copy)
        try scenario.expectGap("replaced", after: Self.all, daemon)
    }

    @Test("a panel restored from before the installation raises a gap")
    func restoredFromBeforeUs() throws {
        let scenario = try Scenario()
        let copy = scenario.folder.file("copy.db")
        try scenario.copyDatabase(scenario.panelPath, to: copy)
        let daemon = try scenario.start()
        try scenario.deliver("a.example", "b.example")
        try scenario.restorePanel(from: copy)
        try scenario.expectGap("replaced", after: Self.first, daemon)
    }

    // MARK: Tables and triggers

    @Test("a table that is rebuilt under a running daemon raises a gap")
    func rebuiltWhileRunning() throws {
        let (scenario, daemon, _) = try copied()
        try rebuild(scenario)
        try scenario.expectGap("triggers_missing", after: Self.all, daemon)
    }

    @Test("a table that is rebuilt while the daemon is stopped raises a gap")
    func rebuiltWhileStopped() throws {
        let (scenario, daemon, _) = try copied()
        #expect(daemon.stop() == 0)
        try rebuild(scenario)
        try scenario.addDomain("unseen.example")
        try scenario.expectGap("triggers_missing", after: Self.all, try scenario.start())
    }

    @Test("a dropped trigger raises a gap and is back", arguments: [true, false])
    func droppedTrigger(isRunning: Bool) throws {
        var (scenario, daemon, _) = try copied()
        if !isRunning { #expect(daemon.stop() == 0) }
        let list = """
            SELECT name FROM sqlite_schema
            WHERE type = 'trigger' AND tbl_name = 'domains' AND name LIKE 'callbackd%';
            """
        let names = try scenario.sql(list)
        #expect(!names.isEmpty)
        let drops = names.split(separator: "\n").map { "DROP TRIGGER \"\($0)\";\n" }.joined()
        try scenario.sql("BEGIN;\n\(drops)COMMIT;")
        if !isRunning { daemon = try scenario.start() }
        try scenario.expectGap("triggers_missing", after: Self.all, daemon)
        #expect(try scenario.sql(list) == names)
    }

    @Test("a log that somebody dropped raises a gap and is back", arguments: [true, false])
    func droppedLog(isRunning: Bool) throws {
        var (scenario, daemon, _) = try copied()
        if !isRunning { #expect(daemon.stop() == 0) }
        try scenario.sql("DROP TABLE callbackd_log;")
        if !isRunning { daemon = try scenario.start() }
        try scenario.expectGap("replaced", after: Self.all, daemon)
    }

    @Test("a log that somebody emptied raises a gap", arguments: [true, false])
    func emptiedLog(isRunning: Bool) throws {
        var (scenario, daemon, _) = try copied()
        if !isRunning { #expect(daemon.stop() == 0) }
        try scenario.sql("DELETE FROM callbackd_log;")
        if !isRunning { daemon = try scenario.start() }
        try scenario.expectGap("replaced", after: Self.all, daemon)
    }

    /// As panels upgrade their tables: a new one, the rows copied, the old one dropped, the name taken over.
    private func rebuild(_ scenario: Scenario) throws {
        let schema = try scenario.sql("SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = 'domains';")
        let name = try #require(schema.firstRange(of: "domains"))
        let copy = schema[..<name.lowerBound] + "domains_new" + schema[name.upperBound...]
        try scenario.sql(
            """
            BEGIN;
            \(copy);
            INSERT INTO domains_new SELECT * FROM domains;
            DROP TABLE domains;
            ALTER TABLE domains_new RENAME TO domains;
            COMMIT;
            """)
    }

    // MARK: Our own state file

    @Test("without its state file the daemon refuses with 78, and taking over reads again what the log keeps")
    func stateDeleted() throws {
        let (scenario, daemon, _) = try copied()
        #expect(daemon.stop() == 0)
        let before = scenario.webhookIDs
        scenario.removeState()
        try scenario.addDomain("e.example")

        let refused = try RunningDaemon(scenario)
        #expect(refused.waitForEnd() == 78)
        #expect(refused.log.contains("source install panel --take-over"))
        #expect(try scenario.callbackd(["source", "install", "panel"]).status == 78)
        #expect(try scenario.callbackd(["source", "install", "panel", "--take-over"]).status == 0)

        let heir = try scenario.start()
        try scenario.receiver.waitForRequests(Self.all.count * 2 + 2)
        #expect(try scenario.status().exit == 1)
        try scenario.deliver("f.example")
        #expect(try scenario.callbackd(["source", "accept", "panel"]).status == 0)
        #expect(try scenario.status().exit == 0)
        #expect(heir.stop() == 0)
        let again = Array(try scenario.received().dropFirst(Self.all.count))
        let later = ["domain.created e.example", "domain.created f.example", "source.gap taken_over"]
        #expect(again.sorted() == Self.all + later)
        // What had been delivered is known by its webhook-id.
        #expect(Set(scenario.webhookIDs.dropFirst(Self.all.count)).isSuperset(of: before))
    }

    @Test("a state file restored from an earlier copy reads the log again: nothing is lost, no id is new")
    func stateRestored() throws {
        let scenario = try Scenario()
        let daemon = try scenario.start()
        try scenario.deliver("a.example", "b.example")
        #expect(daemon.stop() == 0)
        let copy = scenario.folder.file("state.copy")
        try scenario.copyDatabase(scenario.statePath, to: copy)
        let second = try scenario.start()
        try scenario.deliver("c.example", "d.example")
        #expect(second.stop() == 0)
        let before = scenario.webhookIDs
        try scenario.restoreState(from: copy)
        try scenario.addDomain("e.example")

        let third = try scenario.start()
        try scenario.receiver.waitForRequests(7)
        #expect(try scenario.status().exit == 0)
        try scenario.deliver("f.example")
        #expect(third.stop() == 0)
        let again = Array(try scenario.received().dropFirst(4)).sorted()
        #expect(again == ["c", "d", "e", "f"].map { "domain.created \($0).example" })
        #expect(Set(scenario.webhookIDs).count == 6)
        #expect(Array(scenario.webhookIDs[4...].filter(before.contains).sorted()) == before[2...].sorted())
    }

    @Test("a state file restored from a copy that is older than the log raises a gap and reads what is left")
    func stateRestoredTooLate() throws {
        let scenario = try Scenario()
        let daemon = try scenario.start()
        try scenario.deliver("a.example", "b.example")
        #expect(daemon.stop() == 0)
        let copy = scenario.folder.file("state.copy")
        try scenario.copyDatabase(scenario.statePath, to: copy)
        let second = try scenario.start()
        try scenario.deliver("c.example", "d.example")
        #expect(second.stop() == 0)
        try scenario.restoreState(from: copy)
        // As if the log had been trimmed behind the mark that is gone now.
        try scenario.sql("DELETE FROM callbackd_log WHERE seq < (SELECT max(seq) FROM callbackd_log);")

        let third = try scenario.start()
        try scenario.receiver.waitForRequests(6)
        #expect(try scenario.status().exit == 1)
        try scenario.deliver("e.example")
        #expect(try scenario.callbackd(["source", "accept", "panel"]).status == 0)
        #expect(third.stop() == 0)
        let again = Array(try scenario.received().dropFirst(4)).sorted()
        #expect(again == ["domain.created d.example", "domain.created e.example", "source.gap trimmed"])
        #expect(Set(scenario.webhookIDs).count == 6)
    }
}
