import CallbackCore
import CallbackTestKit
import Testing

@testable import CallbackMariaDB

/// What administrators, upgrades of the panel and missing rights do to triggers.
@Suite("Triggers that somebody meddles with", .serialized)
struct AdministratorTests {
    private let server: PrivateMariaDB
    private let watched: WatchedServer
    private let installation: ChangeTableInstallation

    init() throws {
        server = try PrivateMariaDB(["--skip-log-bin"])
        try server.sql(
            "CREATE DATABASE psa; USE psa; CREATE TABLE notes (id INT PRIMARY KEY, secret INT, n INT);"
                + "CREATE USER reader@localhost; GRANT SELECT, TRIGGER ON psa.* TO reader@localhost")
        watched = WatchedServer(
            server, tables: ["notes": ["secret"]],
            own: ["capture": .text("change-table"), "user": .text("reader")])
        installation = try ChangeTableInstallation(settings: watched.settings) { _ in nil }
    }

    private func install() throws { try installation.install(as: .init(user: "root", password: nil)) }

    private func sql(_ statements: String) throws { try server.sql(statements, database: "psa") }

    private func connection(as user: String = "root") throws -> MariaDBConnection {
        try MariaDBConnection(
            to: ServerAddress(
                host: "", port: 0, socket: server.socket, user: user, database: "psa", protection: .off,
                authorities: nil), password: nil)
    }

    private func failure(_ part: String) throws {
        try watched.waitUntil("failed with \(part): \(watched.intake.statuses)") {
            watched.intake.statuses.contains {
                if case .failed(let words) = $0 { words.contains(part) } else { false }
            }
        }
    }

    private func gap(_ part: String) throws {
        try watched.waitUntil("a gap: \(part); \(watched.intake.gaps.map(\.message))") {
            watched.intake.gaps.contains { $0.message.contains(part) }
        }
    }

    // MARK: What becomes of tables

    @Test("a table that takes another one's name is missed, and watched after the next installation")
    func renamedAway() throws {
        try install()
        try watched.watch()
        try sql(
            "CREATE TABLE fresh LIKE notes; RENAME TABLE notes TO old, fresh TO notes; INSERT INTO notes (id) VALUES (1)"
        )
        try gap("the triggers of notes are gone")
        #expect(try installation.status().isIntact == false)
        try install()
        #expect(try installation.status().isIntact)
        try sql("INSERT INTO old (id) VALUES (2); INSERT INTO notes (id) VALUES (3)")
        #expect(try watched.events(1).map(\.subject) == ["notes/3"])
    }

    @Test("triggers that are put back while no daemon runs leave a gap for what they missed")
    func putBack() throws {
        try install()
        try watched.watch()
        watched.stop()
        try sql(
            "DROP TABLE notes; CREATE TABLE notes (id INT PRIMARY KEY, secret INT, n INT); INSERT INTO notes (id) VALUES (1)"
        )
        try server.sql(try installation.script())
        try sql("INSERT INTO notes (id) VALUES (2)")
        try watched.watch()
        #expect(try watched.events(1).map(\.subject) == ["notes/2"])
        try gap("the triggers of notes were missing until they were installed again")
    }

    @Test("a log that was dropped is made anew, with a gap for what it would have held")
    func droppedLog() throws {
        try install()
        try watched.watch()
        watched.stop()
        try sql("DROP TABLE callbackd_log; INSERT INTO notes (id) VALUES (1)")
        try install()
        try sql("INSERT INTO notes (id) VALUES (2)")
        try watched.watch()
        #expect(try watched.events(1).map(\.subject) == ["notes/2"])
        #expect(watched.intake.gaps.map(\.reason) == [.replaced])
    }

    @Test("columns that came or went are a note for the operator, and changes go on")
    func altered() throws {
        try install()
        try watched.watch()
        try sql("ALTER TABLE notes ADD COLUMN more INT; INSERT INTO notes (id, more) VALUES (1, 7)")
        #expect(try watched.events(1).first?.data["new"]?["more"] == nil)
        try watched.waitUntil("a note") { watched.intake.notes.contains { $0.contains("callbackd source install") } }
        #expect(watched.intake.statuses.last == .watching)
        try install()
        try sql("INSERT INTO notes (id, more) VALUES (2, 7)")
        #expect(try watched.events(2).last?.data["new"]?["more"] == 7)
        try watched.waitUntil("no note") { watched.intake.notes.isEmpty }
        #expect(watched.intake.gaps.isEmpty)
    }

    // MARK: Rights

    @Test("a user who may not see triggers is told so, and no gap is made of it")
    func noTrigger() throws {
        try install()
        try server.sql("REVOKE TRIGGER ON psa.* FROM reader@localhost")
        try watched.start()
        try failure("GRANT TRIGGER ON `psa`.* TO 'reader'@'localhost'")
        #expect(watched.intake.gaps.isEmpty)
        #expect(try installation.status().notes.contains { $0.contains("GRANT TRIGGER") })
        watched.stop()
        try server.sql(try installation.removalScript(keepLog: false))
        #expect(try server.sql("SHOW TRIGGERS FROM psa") == "", "also triggers that the user does not see are removed")
    }

    @Test(
        "a right on our own tables that is missing is named as it must be granted",
        arguments: [("DELETE", "callbackd_log"), ("UPDATE", "callbackd_source")])
    func noWrite(_ right: String, _ table: String) throws {
        try install()
        try server.sql("REVOKE \(right) ON psa.\(table) FROM reader@localhost")
        try sql("INSERT INTO notes (id) VALUES (1)")
        try watched.start()
        try failure("GRANT \(right) ON `psa`.\(table) TO 'reader'@'localhost'")
    }

    @Test("an administrator who may not write the log makes no triggers")
    func noInsert() throws {
        try install()
        try server.sql(
            "DROP TRIGGER psa.callbackd_notes_i; CREATE USER half@localhost; "
                + "GRANT SELECT, TRIGGER, CREATE ON psa.* TO half@localhost; "
                + "GRANT INSERT, UPDATE ON psa.callbackd_source TO half@localhost; "
                + "GRANT INSERT, UPDATE ON psa.callbackd_layout TO half@localhost")
        #expect(throws: MariaDBProblem.self) { try installation.install(as: .init(user: "half", password: nil)) }
        #expect(try server.sql("SHOW TRIGGERS FROM psa LIKE 'notes'").contains("callbackd_notes_i") == false)
    }

    @Test("an installation does not keep the panel waiting behind a transaction that stays open")
    func openTransaction() throws {
        let slow = try connection()
        try slow.query("BEGIN")
        try slow.query("INSERT INTO psa.notes (id) VALUES (1)")
        let problem = #expect(throws: MariaDBProblem.self) { try install() }
        #expect(problem?.description.contains("again") == true)
        try slow.query("COMMIT")
        try install()
        #expect(try installation.status().isIntact)
    }

    // MARK: Configuration

    @Test("a sensitive column that does not exist is refused before anything is copied")
    func misspelt() throws {
        let typo = WatchedServer(
            server, tables: ["notes": ["secrte"]], own: ["capture": .text("change-table"), "user": .text("reader")])
        let installation = try ChangeTableInstallation(settings: typo.settings) { _ in nil }
        #expect(throws: MariaDBProblem.self) { try installation.install(as: .init(user: "root", password: nil)) }
        #expect(throws: MariaDBProblem.self) { try installation.script() }
        try install()
        try typo.start()
        try typo.waitUntil("refused") {
            typo.intake.statuses.contains {
                if case .failed(let words) = $0 { words.contains("no column secrte") } else { false }
            }
        }
    }

    @Test("who lost the log to another state file reads no more of it, also while it runs")
    func takenOver() throws {
        try install()
        try watched.watch()
        try installation.takeOver(for: "state-b")
        try sql("INSERT INTO notes (id) VALUES (1)")
        try failure("--take-over")
        #expect(watched.intake.events.isEmpty)
        #expect(try server.sql("SELECT COUNT(*) FROM psa.callbackd_log") == "1\n")
    }

    @Test("an installation that sees no table says which right is missing")
    func sightless() throws {
        try server.sql("REVOKE ALL ON psa.* FROM reader@localhost")
        let problem = #expect(throws: MariaDBProblem.self) { try installation.script() }
        #expect(problem?.description.contains("GRANT SELECT ON `psa`.* TO 'reader'@'localhost'") == true)
    }

    @Test("a server whose numbers are locked to the end of a statement is refused")
    func lockedNumbers() throws {
        try server.stop()
        try server.start(["--skip-log-bin", "--innodb-autoinc-lock-mode=0"])
        let problem = #expect(throws: MariaDBProblem.self) { try install() }
        #expect(problem?.description.contains("innodb_autoinc_lock_mode") == true)
        #expect(try server.sql("SHOW TRIGGERS FROM psa") == "")
    }

    @Test("two sources of one state file do not take each other's rows")
    func twoSources() throws {
        try install()
        try watched.watch()
        let other = try connection(as: "reader")
        let owner = try ChangeLogOwner.read(on: other, source: "second")
        #expect(throws: MariaDBProblem.self) {
            try owner.claim(for: watched.intake.stateID, on: other, source: "second", takeOver: false)
        }
    }
}
