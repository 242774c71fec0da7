import CallbackCore
import CallbackTestKit
import Foundation
import Synchronization
import Testing

@testable import CallbackSources

@Suite("Databases and state files that were replaced")
struct ContactTests {
    static let schema = "CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT, secret_pin TEXT)"

    private func settings(_ panel: Panel) -> SourceSettings {
        panel.settings(tables: [("t", ["id"], ["secret_pin"])])
    }

    @Test("what was there before the installation gives no event")
    func baseline() throws {
        let panel = try Panel(Self.schema)
        try panel.execute("INSERT INTO t VALUES (1, 'x', 'p')")
        let intake = TestIntake()
        let watch = try panel.watch(settings(panel), into: intake)
        try panel.execute("INSERT INTO t VALUES (2, 'y', 'p')")
        _ = try watch.turn()
        #expect(intake.events.map(\.words) == [#"t.inserted t/2 new={"id":2,"a":"y"}"#])
        #expect(intake.events.first?.data["redacted"] == ["secret_pin"])
        #expect(intake.mark?.isInstalled == true)
    }

    @Test("a sensitive column stands nowhere outside its table")
    func sensitive() throws {
        let panel = try Panel(Self.schema)
        let watch = try panel.watch(settings(panel), into: TestIntake())
        try panel.execute("INSERT INTO t VALUES (1, 'x', 'marker-4711'); UPDATE t SET secret_pin = 'marker-4712'")
        _ = try watch.turn()
        try panel.execute("DELETE FROM t WHERE 0")
        let triggers = try panel.rows("SELECT sql FROM sqlite_schema WHERE name GLOB 'callbackd_*'")
        #expect(triggers.count > 3 && !triggers.contains { $0.contains("secret_pin") })
        #expect(try panel.rows("SELECT * FROM callbackd_log").allSatisfy { !$0.contains("marker") })
    }

    @Test("a sensitive column that the table does not have is refused, before anything is installed")
    func misspeltSensitive() throws {
        let panel = try Panel(Self.schema)
        #expect {
            try panel.watch(
                panel.settings(tables: [(name: "t", key: ["id"], sensitive: ["secret_pni"])]), into: TestIntake())
        } throws: { error in
            guard case SourceError.refusedTable(let words)? = error as? SourceError else { return false }
            return words.contains("secret_pni")
        }
        #expect(try panel.rows("SELECT name FROM sqlite_schema WHERE name GLOB 'callbackd_*'").isEmpty)
    }

    @Test("a row of the log that callbackd did not write raises a gap and is not passed over silently")
    func foreignRow() throws {
        let panel = try Panel(Self.schema)
        let intake = TestIntake()
        let watch = try panel.watch(settings(panel), into: intake)
        try panel.execute(
            "INSERT INTO t VALUES (1, 'x', 'p'); UPDATE callbackd_layout SET layout = 'broken'")
        _ = try watch.turn()
        #expect(intake.gaps.map(\.reason) == [.unreadable])
        #expect(intake.events.isEmpty)
    }

    @Test("an update of a sensitive column alone gives no event")
    func onlySensitiveChanged() throws {
        let panel = try Panel(Self.schema)
        let intake = TestIntake()
        let watch = try panel.watch(settings(panel), into: intake)
        try panel.execute("INSERT INTO t VALUES (1, 'x', 'a'); UPDATE t SET secret_pin = 'b'")
        _ = try watch.turn()
        #expect(intake.events.count == 1)
        #expect(intake.mark?.position == 2)
    }

    @Test("a restart reads on from the mark, with the same identities")
    func restart() throws {
        let panel = try Panel(Self.schema)
        let intake = TestIntake()
        let first = try panel.watch(settings(panel), into: intake)
        try panel.execute("INSERT INTO t VALUES (1, 'x', 'p')")
        _ = try first.turn()
        let mark = intake.mark
        try panel.execute("INSERT INTO t VALUES (2, 'y', 'p')")
        _ = try first.turn()
        let seen = try #require(intake.drain().last)
        intake.state.withLock { $0.mark = mark }
        let second = try panel.watch(settings(panel), into: intake)
        _ = try second.turn()
        #expect(intake.events.map(\.origin) == [seen.origin])
        #expect(intake.gaps.isEmpty)
    }

    @Test("an installation that was cut short is repeated without a gap")
    func interruptedInstallation() throws {
        let panel = try Panel(Self.schema)
        let intake = TestIntake()
        intake.state.withLock {
            $0.mark = Mark(incarnation: "lost", position: 0, nonce: 0, isInstalled: false)
        }
        _ = try panel.watch(settings(panel), into: intake)
        #expect(intake.gaps.isEmpty)
        #expect(intake.mark?.incarnation != "lost" && intake.mark?.isInstalled == true)
    }

    @Test("an installation whose last word was not written down goes on as it is")
    func almostInstalled() throws {
        let panel = try Panel(Self.schema)
        let intake = TestIntake()
        _ = try panel.watch(settings(panel), into: intake)
        intake.state.withLock { $0.mark?.isInstalled = false }
        let incarnation = intake.mark?.incarnation
        try panel.execute("INSERT INTO t VALUES (1, 'x', 'p')")
        let watch = try panel.watch(settings(panel), into: intake)
        _ = try watch.turn()
        #expect(intake.events.count == 1 && intake.gaps.isEmpty)
        #expect(intake.mark?.incarnation == incarnation && intake.mark?.isInstalled == true)
    }

    @Test("where the state file cannot be written nothing is installed")
    func unwritableState() throws {
        let panel = try Panel(Self.schema)
        let intake = TestIntake()
        intake.state.withLock { $0.failsCommit = true }
        #expect(throws: TestIntake.Unwritable.self) { _ = try panel.watch(settings(panel), into: intake) }
        #expect(try panel.rows("SELECT name FROM sqlite_schema WHERE name GLOB 'callbackd_*'") == [])
    }

    @Test("a restored copy raises a gap and gives no storm of old events")
    func restoredCopy() throws {
        let panel = try Panel(Self.schema)
        let intake = TestIntake()
        let watch = try panel.watch(settings(panel), into: intake)
        try panel.execute("INSERT INTO t VALUES (1, 'x', 'p')")
        _ = try watch.turn()
        try panel.backUp(to: "copy.db")
        try panel.execute("INSERT INTO t VALUES (2, 'y', 'p'), (3, 'z', 'p')")
        _ = try watch.turn()
        let before = try #require(intake.mark)
        _ = intake.drain()
        try panel.restore(from: "copy.db")
        #expect(throws: Restart.self) { _ = try watch.turn() }
        let next = try panel.watch(settings(panel), into: intake)
        #expect(intake.gaps.map(\.reason) == [.replaced])
        #expect(intake.mark?.incarnation != before.incarnation)
        try panel.execute("INSERT INTO t VALUES (9, 'q', 'p')")
        _ = try next.turn()
        #expect(intake.events.map(\.subject) == ["t/9"])
        #expect(intake.gaps.count == 1)
    }

    @Test("a restored copy that has run past the old position is recognised")
    func restoredCopyRanPast() throws {
        let panel = try Panel(Self.schema)
        let intake = TestIntake()
        let watch = try panel.watch(settings(panel), into: intake)
        try panel.execute("INSERT INTO t VALUES (1, 'x', 'p')")
        try panel.backUp(to: "copy.db")
        try panel.execute("INSERT INTO t VALUES (2, 'y', 'p')")
        _ = try watch.turn()
        _ = intake.drain()
        try panel.restore(from: "copy.db")
        try panel.execute("INSERT INTO t VALUES (5, 'a', 'p'), (6, 'b', 'p'), (7, 'c', 'p')")
        let next = try panel.watch(settings(panel), into: intake)
        _ = try next.turn()
        #expect(intake.gaps.map(\.reason) == [.replaced])
        #expect(intake.events.isEmpty)
    }

    @Test("a database overwritten in place is noticed at the next wake")
    func overwrittenInPlace() throws {
        let panel = try Panel(Self.schema)
        let intake = TestIntake()
        let watch = try panel.watch(settings(panel), into: intake)
        try panel.execute("INSERT INTO t VALUES (1, 'x', 'p'), (2, 'y', 'p')")
        _ = try watch.turn()
        try panel.execute("DELETE FROM callbackd_log WHERE seq = 2; INSERT INTO t VALUES (3, 'z', 'p')")
        #expect(throws: Restart.self) { _ = try watch.turn() }
    }

    @Test("a log that is gone raises a gap")
    func lostLog() throws {
        let panel = try Panel(Self.schema)
        let intake = TestIntake()
        let watch = try panel.watch(settings(panel), into: intake)
        try SQLiteInstallation(settings: settings(panel), timekeeper: SystemTimekeeper()).remove(keepLog: false)
        #expect(try panel.rows("SELECT name FROM sqlite_schema WHERE name GLOB 'callbackd_*'") == [])
        #expect(throws: Restart.self) { _ = try watch.turn() }
        _ = try panel.watch(settings(panel), into: intake)
        #expect(intake.gaps.map(\.reason) == [.replaced])
    }

    @Test("a state file restored from a backup reads again what the log keeps")
    func restoredState() throws {
        let panel = try Panel(Self.schema)
        let intake = TestIntake()
        let watch = try panel.watch(settings(panel), into: intake)
        try panel.execute("INSERT INTO t VALUES (1, 'x', 'p')")
        _ = try watch.turn()
        let mark = intake.mark
        try panel.execute("INSERT INTO t VALUES (2, 'x', 'p'), (3, 'x', 'p'), (4, 'x', 'p')")
        _ = try watch.turn()
        try panel.execute("DELETE FROM callbackd_log WHERE seq < 3")
        _ = intake.drain()
        intake.state.withLock { $0.mark = mark }
        let next = try panel.watch(settings(panel), into: intake)
        _ = try next.turn()
        #expect(intake.gaps.map(\.reason) == [.trimmed])
        #expect(intake.events.map(\.subject) == ["t/3", "t/4"])
        #expect(intake.mark?.incarnation == mark?.incarnation)
    }

    @Test("another daemon's log is refused, and taken over only when told to")
    func takeOver() throws {
        let panel = try Panel(Self.schema)
        let first = TestIntake()
        let watch = try panel.watch(settings(panel), into: first)
        try panel.execute("INSERT INTO t VALUES (1, 'x', 'p')")
        _ = try watch.turn()
        let second = TestIntake(stateID: "state-b")
        #expect(throws: SourceError.ownedByAnother(source: "panel", path: panel.path)) {
            _ = try panel.watch(settings(panel), into: second)
        }
        try SQLiteInstallation(settings: settings(panel), timekeeper: SystemTimekeeper())
            .install(into: second, takeOver: true)
        #expect(second.gaps.map(\.reason) == [.takenOver])
        #expect(second.events.map(\.subject) == ["t/1"])
        #expect(second.mark?.incarnation == first.mark?.incarnation)
        try panel.execute("INSERT INTO t VALUES (2, 'x', 'p')")
        #expect(throws: SourceError.ownedByAnother(source: "panel", path: panel.path)) { _ = try watch.turn() }
    }
}

@Suite("Settings of a SQLite source")
struct SettingsTests {
    @Test("with install: never nothing is installed, and what is installed is read")
    func never() throws {
        let panel = try Panel(ContactTests.schema)
        var settings = panel.settings(tables: [("t", ["id"], [])])
        let place = settings.place
        settings.settings.values["install"] = Setting(.text("never"), at: place)
        let intake = TestIntake()
        #expect(throws: SourceError.notInstalled(source: "panel", path: panel.path)) {
            _ = try panel.watch(settings, into: intake)
        }
        #expect(try panel.rows("SELECT name FROM sqlite_schema WHERE name GLOB 'callbackd_*'") == [])
        try SQLiteInstallation(settings: settings, timekeeper: SystemTimekeeper()).install(
            into: intake, takeOver: false)
        let watch = try panel.watch(settings, into: intake)
        try panel.execute("INSERT INTO t VALUES (1, 'x', 'p')")
        _ = try watch.turn()
        #expect(intake.events.count == 1)
    }

    @Test("what is wrong is said with its code")
    func diagnostics() throws {
        let panel = try Panel(ContactTests.schema)
        func codes(_ settings: SourceSettings) -> [String] {
            guard case .failure(let list) = SQLiteSource.description.catalog(settings) else { return [] }
            return list.diagnostics.map(\.code)
        }
        #expect(codes(panel.settings()) == ["S002"])
        #expect(codes(panel.settings(tables: [("clients", [], [])], plesk: true)) == ["S005"])
        #expect(codes(panel.settings(tables: [("t", ["id"], ["ID"])])) == ["S006"])
        #expect(codes(panel.settings(tables: [("t", ["id"], ["a"])])) == [])
    }

    @Test("the catalogue of a table has the types that the configuration names")
    func catalogue() throws {
        let panel = try Panel(ContactTests.schema)
        guard case .success(let catalog) = SQLiteSource.description.catalog(panel.settings(tables: [("t", [], [])]))
        else {
            Issue.record("no catalogue")
            return
        }
        #expect(Set(catalog.shapes.keys) == ["t.inserted", "t.updated", "t.deleted", "t.existing"])
    }
}
