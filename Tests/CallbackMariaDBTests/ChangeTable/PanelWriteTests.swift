import CallbackCore
import CallbackTestKit
import Testing

@testable import CallbackMariaDB

/// Whatever the panel writes, and however: it never fails by a trigger, and all of it is told.
@Suite("The panel's writes under triggers", .serialized)
struct PanelWriteTests {
    private func watch(
        _ server: PrivateMariaDB, _ creation: String, table: String = "notes"
    ) throws -> WatchedServer {
        try server.sql("CREATE DATABASE psa; USE psa; \(creation)")
        let watched = WatchedServer(server, tables: [table: []], own: ["capture": .text("change-table")])
        try ChangeTableInstallation(settings: watched.settings) { _ in nil }
            .install(as: .init(user: "root", password: nil))
        try watched.watch()
        return watched
    }

    private func connection(_ server: PrivateMariaDB) throws -> MariaDBConnection {
        try MariaDBConnection(
            to: ServerAddress(
                host: "", port: 0, socket: server.socket, user: "root", database: "psa", protection: .off,
                authorities: nil), password: nil)
    }

    private static let notes = "CREATE TABLE notes (id INT PRIMARY KEY, n INT, f FLOAT)"

    @Test("rows are taken out of the log while another transaction has one there that is not committed")
    func openTransaction() throws {
        let server = try PrivateMariaDB(["--skip-log-bin"])
        let watched = try watch(server, Self.notes)
        let slow = try connection(server)
        try slow.query("BEGIN")
        try slow.query("INSERT INTO psa.notes (id) VALUES (1)")
        let rows = (2..<40).map { "(\($0))" }.joined(separator: ", ")
        try server.sql("INSERT INTO notes (id) VALUES \(rows)", database: "psa")
        _ = try watched.events(38)
        // What is committed is gone; only the open transaction's own row is left.
        try watched.waitUntil("the log is empty", within: .seconds(5)) {
            (try? server.sql("SELECT COUNT(*) FROM psa.callbackd_log")) == "0\n"
        }
        try slow.query("COMMIT")
        #expect(try watched.events(39).last?.subject == "notes/1")
        #expect(watched.intake.statuses.last == .watching)
    }

    @Test("a server that writes statements into its binlog can be watched by triggers")
    func statementBinlog() throws {
        let server = try PrivateMariaDB(["--binlog-format=STATEMENT"])
        let watched = try watch(server, Self.notes)
        try server.sql("INSERT INTO notes (id) VALUES (1); UPDATE notes SET n = 2", database: "psa")
        _ = try watched.events(2)
        try watched.waitUntil("the log is empty") {
            (try? server.sql("SELECT COUNT(*) FROM psa.callbackd_log")) == "0\n"
        }
    }

    @Test("every kind of statement is told as the rows that it changed")
    func statements() throws {
        let server = try PrivateMariaDB(["--skip-log-bin", "--local-infile=1"])
        let watched = try watch(server, Self.notes + "; CREATE TABLE other (id INT PRIMARY KEY, n INT)")
        let file = server.folder.file("rows.txt")
        try server.folder.write("rows.txt", "7\t7\t0.1\n8\t8\t0.5\n")
        try server.sql(
            """
            INSERT INTO notes VALUES (1, 1, 0.1), (2, 2, 0.2);
            REPLACE INTO notes VALUES (1, 10, 0.1);
            INSERT INTO notes VALUES (2, 0, 0) ON DUPLICATE KEY UPDATE n = 20;
            INSERT IGNORE INTO notes VALUES (2, 5, 5), (3, 3, 3);
            INSERT INTO other VALUES (3, 30);
            UPDATE notes JOIN other USING (id) SET notes.n = other.n, other.n = 0;
            LOCK TABLES notes WRITE; INSERT INTO notes VALUES (4, 4, 4); UNLOCK TABLES;
            LOAD DATA INFILE '\(file)' INTO TABLE notes;
            DELETE notes FROM notes JOIN other USING (id);
            BEGIN; INSERT INTO notes VALUES (9, 9, 9); ROLLBACK;
            UPDATE notes SET n = n WHERE id = 4;
            """, database: "psa")
        let events = try watched.events(11)
        #expect(
            events.map { "\($0.type.rawValue) \($0.subject)" } == [
                "row.added notes/1", "row.added notes/2", "row.removed notes/1", "row.added notes/1",
                "row.changed notes/2", "row.added notes/3", "row.changed notes/3", "row.added notes/4",
                "row.added notes/7", "row.added notes/8", "row.removed notes/3",
            ])
        #expect(events[0].data["new"]?["f"] == .double(0.1), "as the binlog gives it")
        try watched.waitUntil("the log is empty") {
            (try? server.sql("SELECT COUNT(*) FROM psa.callbackd_log")) == "0\n"
        }
        #expect(watched.intake.events.count == 11 && watched.intake.gaps.isEmpty)
    }

    @Test(
        "the modes of the server and of its sessions change nothing",
        arguments: [
            "ANSI_QUOTES", "NO_BACKSLASH_ESCAPES", "ORACLE,EMPTY_STRING_IS_NULL", "TRADITIONAL",
            "PAD_CHAR_TO_FULL_LENGTH", "PIPES_AS_CONCAT,IGNORE_SPACE,HIGH_NOT_PRECEDENCE", "",
        ])
    func modes(_ mode: String) throws {
        let server = try PrivateMariaDB(["--skip-log-bin", "--sql-mode=\(mode)"])
        let watched = try watch(
            server, "CREATE TABLE notes (id INT PRIMARY KEY, c CHAR(8), `select` VARCHAR(20), g POINT)")
        try server.sql(
            "SET NAMES latin1; INSERT INTO notes VALUES (1, 'a', '\\\\', POINT(1, 2)); UPDATE notes SET c = ''",
            database: "psa")
        let events = try watched.events(2)
        #expect(events[0].data["new"]?["c"] == "a")
        #expect(events[0].data["new"]?["g"]?.string?.isEmpty == false)
        #expect(events[1].data["changed"] == ["c"])
        #expect(watched.intake.gaps.isEmpty)
    }

    @Test("names with any character, many columns, and generated ones are recorded")
    func names() throws {
        let server = try PrivateMariaDB(["--skip-log-bin"])
        let many = (0..<400).map { "c\($0) VARCHAR(2) DEFAULT 'x'" }.joined(separator: ", ")
        let watched = try watch(
            server,
            """
            CREATE TABLE `so``me 'ta"ble` (`id``x` INT PRIMARY KEY, `sp ace` JSON, `qu'ote` GEOMETRY, `dou"ble` BIT(64),
              `back\\slash` INT, `größe` INT, `order` INT, `v` INT AS (`id``x` + 1) VIRTUAL, `p` INT AS (`id``x` + 2)
              PERSISTENT, \(many))
            """, table: "so`me 'ta\"ble")
        try server.sql(
            """
            INSERT INTO `so``me 'ta"ble` (`id``x`, `sp ace`, `dou"ble`, `back\\slash`, `größe`)
              VALUES (1, '{"a": 1}', ~0, 3, 4);
            UPDATE `so``me 'ta"ble` SET `order` = 5;
            """, database: "psa")
        let events = try watched.events(2)
        let row = try #require(events[1].data["new"])
        #expect(row["sp ace"] == "{\"a\": 1}" && row["dou\"ble"] == "18446744073709551615" && row["back\\slash"] == 3)
        #expect(row["größe"] == 4 && row["order"] == 5 && row["v"] == 2 && row["p"] == 3 && row["c399"] == "x")
        #expect(events[1].data["changed"] == ["order"])
        #expect(watched.intake.gaps.isEmpty)
    }

    @Test("a server that folds capitals in names records tables that are written with them")
    func foldedNames() throws {
        let server = try PrivateMariaDB(["--skip-log-bin", "--lower-case-table-names=1"])
        let watched = try watch(server, "CREATE TABLE PlanItems (id INT PRIMARY KEY)", table: "PlanItems")
        try server.sql("INSERT INTO planitems VALUES (1)", database: "psa")
        #expect(try watched.events(1).map(\.subject) == ["PlanItems/1"])
        #expect(watched.intake.notes.isEmpty && watched.intake.gaps.isEmpty)
    }

    @Test("a row that the server cannot put together is a gap, and the panel's write stands")
    func smallPacket() throws {
        let server = try PrivateMariaDB(["--skip-log-bin", "--max-allowed-packet=1M"])
        let watched = try watch(server, "CREATE TABLE notes (id INT PRIMARY KEY, a MEDIUMTEXT, b LONGBLOB)")
        try server.sql(
            "INSERT INTO notes VALUES (1, REPEAT('x', 700000), REPEAT('y', 700000)), (2, REPEAT('x', 700000), NULL)",
            database: "psa")
        #expect(try watched.events(1).map(\.subject) == ["notes/2"])
        #expect(watched.intake.gaps.count == 1)
        #expect(try server.sql("SELECT COUNT(*) FROM psa.notes") == "2\n")
    }
}
