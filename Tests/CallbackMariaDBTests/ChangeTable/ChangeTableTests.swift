import CallbackCore
import CallbackTestKit
import Testing

@testable import CallbackMariaDB

@Suite("Changes recorded by triggers", .serialized)
struct ChangeTableTests {
    private let server: PrivateMariaDB
    private let watched: WatchedServer
    private let installation: ChangeTableInstallation

    init() throws {
        server = try PrivateMariaDB(["--skip-log-bin"])
        try server.sql(
            "CREATE DATABASE psa; USE psa; CREATE TABLE notes (id INT PRIMARY KEY, text LONGTEXT, secret INT, n INT);"
                + "CREATE USER reader@localhost; GRANT SELECT, TRIGGER ON psa.* TO reader@localhost")
        watched = WatchedServer(
            server, tables: ["notes": ["secret"]],
            own: ["capture": .text("change-table"), "user": .text("reader")])
        installation = try ChangeTableInstallation(settings: watched.settings) { _ in nil }
    }

    private func install() throws { try installation.install(as: .init(user: "root", password: nil)) }

    private func sql(_ statements: String) throws { try server.sql(statements, database: "psa") }

    private var waiting: String {
        get throws { try server.sql("SELECT COUNT(*) FROM callbackd_log", database: "psa").filter { $0 != "\n" } }
    }

    @Test("insert, update and delete are told in their order, and the log is emptied behind them")
    func order() throws {
        try install()
        try watched.watch()
        try sql(
            "INSERT INTO notes VALUES (1, 'one', 7, 1); UPDATE notes SET text = 'zwei' WHERE id = 1; "
                + "REPLACE INTO notes VALUES (1, 'three', 7, 3); DELETE FROM notes;")
        let events = try watched.events(5)
        #expect(
            events.map(\.type.rawValue) == ["row.added", "row.changed", "row.removed", "row.added", "row.removed"])
        #expect(events.allSatisfy { $0.subject == "notes/1" })
        #expect(events[1].data["old"]?["text"] == "one" && events[1].data["new"]?["text"] == "zwei")
        #expect(events[1].data["changed"] == ["text"] && events[1].data["redacted"] == ["secret"])
        #expect(events[0].data["operation"] == .null)
        try watched.waitUntil("the log is empty") { (try? waiting) == "0" }
    }

    @Test("what is rolled back, or undone to a savepoint, is not told")
    func rollback() throws {
        try install()
        try watched.watch()
        try sql(
            "BEGIN; INSERT INTO notes (id) VALUES (1); ROLLBACK; BEGIN; INSERT INTO notes (id) VALUES (2); SAVEPOINT a; "
                + "INSERT INTO notes (id) VALUES (3); ROLLBACK TO a; COMMIT; INSERT INTO notes (id) VALUES (4)")
        #expect(try watched.events(2).map(\.subject) == ["notes/2", "notes/4"])
    }

    @Test("a slow transaction with lower numbers that commits last is not lost")
    func outOfOrder() throws {
        try install()
        try watched.watch()
        let address = ServerAddress(
            host: "", port: 0, socket: server.socket, user: "root", database: "psa", protection: .off, authorities: nil)
        let slow = try MariaDBConnection(to: address, password: nil)
        try slow.query("BEGIN")
        try slow.query("INSERT INTO psa.notes (id) VALUES (1)")
        try sql("INSERT INTO notes (id) VALUES (2)")
        #expect(try watched.events(1).map(\.subject) == ["notes/2"])
        try slow.query("COMMIT")
        #expect(try watched.events(2).map(\.subject) == ["notes/2", "notes/1"])
    }

    @Test("a trigger never fails the panel's write, and what it could not record is a gap")
    func triggersDoNotFail() throws {
        try install()
        try watched.watch()
        try sql("ALTER TABLE notes DROP COLUMN n; INSERT INTO notes (id) VALUES (1)")
        try watched.waitUntil("a gap") { watched.intake.gaps.contains { $0.message.contains("without its values") } }
        #expect(watched.intake.events.isEmpty)
        try install()
        try sql("INSERT INTO notes (id) VALUES (2)")
        #expect(try watched.events(1).map(\.subject) == ["notes/2"])
        watched.stop()
        try sql("DROP TABLE callbackd_log; INSERT INTO notes (id) VALUES (3); DELETE FROM notes")
        #expect(try server.sql("SELECT COUNT(*) FROM notes", database: "psa") == "0\n")
    }

    @Test("rows that are on disk and could not be deleted are told once")
    func noRepetition() throws {
        try install()
        try sql("REVOKE DELETE ON psa.callbackd_log FROM reader@localhost")
        try watched.watch()
        try sql("INSERT INTO notes (id) VALUES (1)")
        _ = try watched.events(1)
        try watched.waitUntil("trouble is told") {
            watched.intake.statuses.contains { if case .failed = $0 { true } else { false } }
        }
        watched.stop()
        #expect(try waiting == "1")
        try sql("INSERT INTO notes (id) VALUES (2); GRANT DELETE ON psa.callbackd_log TO reader@localhost")
        try watched.watch()
        #expect(try watched.events(2).map(\.subject) == ["notes/1", "notes/2"])
        try watched.waitUntil("the log is empty") { (try? waiting) == "0" }
        #expect(watched.intake.events.count == 2)
    }

    @Test("what changes while no daemon runs is told later, in its order")
    func laterStart() throws {
        try install()
        try sql("INSERT INTO notes (id) VALUES (1); UPDATE notes SET n = 5")
        try watched.watch()
        #expect(try watched.events(2).map(\.type.rawValue) == ["row.added", "row.changed"])
        watched.stop()
        try sql("DELETE FROM notes")
        try watched.watch()
        #expect(try watched.events(3).last?.type == "row.removed")
    }

    @Test("a value beyond what an event holds is recorded by length and hash")
    func largeValues() throws {
        try install()
        try watched.watch()
        try sql(
            "INSERT INTO notes (id, text) VALUES (1, REPEAT('x', 3000000)); UPDATE notes SET n = 1; "
                + "UPDATE notes SET text = REPEAT('y', 3000000)")
        let events = try watched.events(3)
        #expect(events.allSatisfy { $0.data["truncated"] == true })
        #expect(events[1].data["changed"] == ["n"] && events[2].data["changed"] == ["text"])
        #expect(
            try server.sql("SELECT COALESCE(MAX(LENGTH(new)), 0) < 2000 FROM callbackd_log", database: "psa") == "1\n")
    }

    @Test("another state file does not take the rows, until it takes the log over")
    func owner() throws {
        try install()
        try watched.watch()
        try sql("INSERT INTO notes (id) VALUES (1)")
        _ = try watched.events(1)
        watched.stop()
        let other = WatchedServer(
            server, tables: ["notes": ["secret"]], own: ["capture": .text("change-table"), "user": .text("reader")],
            intake: TestIntake(stateID: "state-b"))
        try other.start()
        try other.waitUntil("refused") {
            other.intake.statuses.contains {
                if case .failed(let words) = $0 { words.contains("--take-over") } else { false }
            }
        }
        other.stop()
        try installation.takeOver(for: "state-b")
        try other.watch()
        try sql("INSERT INTO notes (id) VALUES (2)")
        #expect(try other.events(1).map(\.subject) == ["notes/2"])
    }

    @Test("the script that an administrator runs installs and removes everything, and only that")
    func script() throws {
        let before = try server.sql("SHOW TABLES FROM psa")
        try server.sql(try installation.script())
        var report = try installation.status()
        #expect(report.isInstalled && report.isIntact && report.tables == ["notes"] && report.rows == 0)
        #expect(try installation.script().contains("CREATE OR REPLACE TRIGGER") == false, "nothing is left to do")
        try server.sql("DROP TRIGGER psa.callbackd_notes_u")
        #expect(try installation.status().isIntact == false)
        try server.sql(try installation.script())
        report = try installation.status()
        #expect(report.isIntact)
        try server.sql(try installation.removalScript(keepLog: false))
        #expect(try server.sql("SHOW TABLES FROM psa") == before)
        #expect(try server.sql("SHOW TRIGGERS FROM psa") == "")
        #expect(try installation.status().isInstalled == false)
    }

    @Test("a log that takes long to look through is looked at less often")
    func pauses() {
        #expect(
            [0, 3_000_000, 200_000_000, 60_000_000_000].map { MariaDBSource.pause(after: $0) } == [50, 50, 800, 5000])
    }

    @Test("without triggers, or without a right, the source says what to run")
    func advice() throws {
        try watched.start()
        try watched.waitUntil("advice") {
            watched.intake.statuses.contains {
                if case .failed(let words) = $0 { words.contains("callbackd source install panel") } else { false }
            }
        }
        #expect(throws: MariaDBProblem.self) { try installation.install(as: .init(user: "reader", password: nil)) }
    }
}
