import CallbackCore
import CallbackTestKit
import Glibc
import Testing

@testable import CallbackMariaDB

@Suite("Transactions of every kind", .serialized)
struct TransactionTests {
    private func shop(_ options: [String] = []) throws -> PrivateMariaDB {
        let server = try PrivateMariaDB(options)
        try server.sql(
            "CREATE DATABASE psa; CREATE TABLE psa.a (id INT PRIMARY KEY, v VARCHAR(100)); "
                + "CREATE TABLE psa.other (id INT PRIMARY KEY) ENGINE=MyISAM;")
        return server
    }

    private func subjects(_ watched: WatchedServer) -> [String] { watched.intake.events.map(\.subject) }

    /// Changes a last row, and waits until it is told.
    private func finish(_ watched: WatchedServer) throws {
        try watched.server.sql("INSERT INTO psa.a (id) VALUES (999999);")
        try watched.waitUntil("the last row: \(watched.intake.gaps.map(\.message)) \(watched.intake.statuses)") {
            watched.intake.events.contains { $0.subject == "a/999999" }
        }
        watched.stop()
    }

    @Test("rows that a transaction takes back to a savepoint are not told, although they stand in the binlog")
    func savepoint() throws {
        let server = try shop()
        let watched = WatchedServer(server, tables: ["a": []])
        try watched.watch()
        // A table without transactions makes the server keep them.
        try server.sql(
            "INSERT INTO a VALUES (1, 'a'); BEGIN; INSERT INTO a VALUES (2, 'a'); SAVEPOINT s; INSERT INTO a VALUES (3, 'b'); "
                + "SAVEPOINT t; INSERT INTO a VALUES (4, 'b'); INSERT INTO other VALUES (1); ROLLBACK TO t; "
                + "INSERT INTO a VALUES (5, 'b'); ROLLBACK TO S; INSERT INTO a VALUES (6, 'c'); SAVEPOINT s; "
                + "INSERT INTO a VALUES (7, 'c'); COMMIT; INSERT INTO a VALUES (8, 'a');", database: "psa")
        try finish(watched)
        #expect(subjects(watched) == ["a/1", "a/2", "a/6", "a/7", "a/8", "a/999999"])
        #expect(watched.intake.gaps.map(\.message) == [])
        #expect(Set(watched.intake.events.map(\.origin)).count == 6)
    }

    @Test("rows that were told before their transaction took them back are a gap")
    func toldTooEarly() throws {
        let server = try shop()
        let watched = WatchedServer(server, tables: ["a": []])
        try watched.watch()
        try server.sql(
            "BEGIN; INSERT INTO a VALUES (1, 'a'); SAVEPOINT s; INSERT INTO a SELECT seq + 10, 'b' FROM seq_1_to_5000; "
                + "INSERT INTO other VALUES (1); ROLLBACK TO s; INSERT INTO a VALUES (2, 'c'); COMMIT;", database: "psa"
        )
        try finish(watched)
        #expect(watched.intake.gaps.map(\.reason) == [.unreadable])
        let told = subjects(watched)
        #expect(told.first == "a/1" && told.suffix(2) == ["a/2", "a/999999"])
        #expect(told.count < 5003 && Set(told).count == told.count)
    }

    @Test("a transaction that stands in the binlog and was rolled back is not told")
    func rolledBack() throws {
        let server = try shop()
        let watched = WatchedServer(server, tables: ["a": []])
        try watched.watch()
        try server.sql(
            "SET binlog_format = MIXED; CREATE TEMPORARY TABLE x (i INT); BEGIN; INSERT INTO a VALUES (1, UUID()); "
                + "DROP TEMPORARY TABLE x; ROLLBACK;", database: "psa")
        let log = try server.sql("SHOW BINLOG EVENTS IN 'panel-bin.000001';")
        #expect(log.contains("ROLLBACK"), "the server kept it")
        try finish(watched)
        #expect(subjects(watched) == ["a/999999"])
        #expect(watched.intake.gaps.map(\.message) == [])
    }

    @Test(
        "an XA transaction of two phases is a gap, whatever becomes of it; one of one phase is told as any other",
        arguments: ["XA PREPARE 'x'; XA COMMIT 'x';", "XA PREPARE 'x'; XA ROLLBACK 'x';", "XA COMMIT 'x' ONE PHASE;"])
    func twoPhases(end: String) throws {
        let server = try shop()
        let watched = WatchedServer(server, tables: ["a": []])
        try watched.watch()
        try server.sql("XA START 'x'; INSERT INTO a VALUES (1, 'a'); XA END 'x'; \(end)", database: "psa")
        try finish(watched)
        let isOnePhase = end.contains("ONE")
        #expect(subjects(watched) == (isOnePhase ? ["a/1", "a/999999"] : ["a/999999"]))
        #expect(watched.intake.gaps.count == (isOnePhase ? 0 : 1))
        #expect(watched.intake.gaps.allSatisfy { $0.message.contains("XA transaction") })
    }

    @Test("transactions of several domains are told in the binlog's order, once each over stops, in a snapshot too")
    func domains() throws {
        let server = try shop()
        try server.sql("SET gtid_domain_id = 5; INSERT INTO psa.a (id) VALUES (1);")
        let watched = WatchedServer(server, tables: ["a": []])
        try watched.watch()
        try server.sql(
            "INSERT INTO a (id) VALUES (2); SET gtid_domain_id = 5; INSERT INTO a (id) VALUES (3); "
                + "SET gtid_domain_id = 7; INSERT INTO a (id) VALUES (4); SET gtid_domain_id = 0; "
                + "INSERT INTO a (id) VALUES (5);", database: "psa")
        _ = try watched.events(4)
        watched.stop()
        try server.sql(
            "SET gtid_domain_id = 9; INSERT INTO a (id) VALUES (6); FLUSH BINARY LOGS; SET gtid_domain_id = 5; "
                + "INSERT INTO a (id) VALUES (7);", database: "psa")
        let run = SnapshotRun(asked: [], askedAt: SystemTimekeeper().now())
        watched.intake.ask(SnapshotMemory.begin(run))
        try watched.watch()
        try watched.waitUntil("the snapshot ends") { watched.intake.snapshots.last != nil }
        try finish(watched)
        let events = watched.intake.events
        #expect(events.filter { $0.type == "row.added" }.map(\.subject) == (2...7).map { "a/\($0)" } + ["a/999999"])
        #expect(events.filter { $0.type == "row.existing" }.map(\.subject) == (1...7).map { "a/\($0)" })
        #expect(watched.intake.gaps == [])
    }

    @Test("an incident that the server writes is a gap")
    func incident() throws {
        let server = try shop()
        try server.sql(
            "CREATE TABLE psa.m (v LONGTEXT) ENGINE=MyISAM; SET GLOBAL max_binlog_stmt_cache_size = 4096;")
        let watched = WatchedServer(server, tables: ["a": []])
        try watched.watch()
        #expect(throws: (any Error).self) { try server.sql("INSERT INTO psa.m VALUES (REPEAT('x', 100000));") }
        try finish(watched)
        #expect(watched.intake.gaps.map(\.reason) == [.unreadable])
        #expect(watched.intake.gaps.first?.message.contains("incident") == true)
    }

    @Test(
        "rows between the two phases of an ALTER have the columns of before, also where they are read much later",
        arguments: ["FULL", "NO_LOG"])
    func alterOfTwoPhases(metadata: String) throws {
        let server = try shop(["--binlog-row-metadata=\(metadata)"])
        // It takes a moment to build them anew.
        try server.sql("INSERT INTO a SELECT seq + 1000000, REPEAT('x', 100) FROM seq_1_to_200000;", database: "psa")
        let watched = WatchedServer(server, tables: ["a": []])
        try watched.watch()
        watched.stop()
        let writer = try Session(server)
        try writer.run("INSERT INTO a VALUES (1, 'before')")
        let alter = try Session(server)
        try alter.run("SET binlog_alter_two_phase = 1")
        let before = try writer.connection.value("SELECT @@gtid_binlog_pos")
        let thread = try LoopbackThread {
            try? alter.run("ALTER TABLE a ADD COLUMN w INT FIRST, FORCE, ALGORITHM = INPLACE, LOCK = NONE")
        }
        try watched.waitUntil("the first phase stands in the binlog") {
            do { return try writer.connection.value("SELECT @@gtid_binlog_pos") != before } catch { return false }
        }
        try writer.run("INSERT INTO a VALUES (2, 'between')")
        thread.join()
        try server.sql("INSERT INTO psa.a VALUES (33, 3, 'after');")
        try watched.watch()
        try finish(watched)
        let events = watched.intake.events
        #expect(events.map(\.subject) == ["a/1", "a/2", "a/3", "a/999999"])
        #expect(events.prefix(2).map { $0.data["new"]?["v"]?.string } == ["before", "between"])
        #expect(events.count > 2 && events[2].data["new"]?["w"] == 33)
        #expect(watched.intake.gaps.map(\.message) == [])
    }

    @Test("an ALTER behind settings of its own is seen: no value stands under a wrong name")
    func behindSettings() throws {
        let server = try PrivateMariaDB(["--binlog-row-metadata=NO_LOG"])
        try server.sql("CREATE DATABASE psa; CREATE TABLE psa.a (id INT PRIMARY KEY, x INT, y INT);")
        let watched = WatchedServer(server, tables: ["a": []])
        try watched.watch()
        try server.sql(
            "INSERT INTO a VALUES (1, 10, 20); SET STATEMENT lock_wait_timeout = 5 FOR ALTER TABLE a MODIFY x INT AFTER y; "
                + "INSERT INTO a (id, x, y) VALUES (2, 10, 20);", database: "psa")
        let events = try watched.events(2)
        watched.stop()
        #expect(events.map { $0.data["new"]?["x"] } == [10, 10])
        #expect(watched.intake.gaps == [])
    }

    @Test(
        "what takes rows away or changes them without showing them is a gap",
        arguments: [
            "SET binlog_format = STATEMENT; LOAD DATA INFILE 'FILE' INTO TABLE a;",
            "SET binlog_format = STATEMENT; SELECT f();",
            "SET binlog_format = STATEMENT; INSERT INTO v VALUES (5, 'v');",
            "SET STATEMENT max_statement_time = 9 FOR TRUNCATE a;",
            "RENAME TABLE a TO b; CREATE TABLE a LIKE b;", "ALTER TABLE a RENAME TO b; CREATE TABLE a LIKE b;",
            "CREATE OR REPLACE TABLE a (id INT PRIMARY KEY, v VARCHAR(100));",
            "DROP DATABASE psa; CREATE DATABASE psa; CREATE TABLE psa.a (id INT PRIMARY KEY);",
        ])
    func withoutRows(statements: String) throws {
        let server = try shop()
        let file = server.folder.file("rows.txt")
        try server.sql(
            "CREATE VIEW v AS SELECT * FROM a; SELECT 7, 'loaded' INTO OUTFILE '\(file)'; "
                + "SET GLOBAL log_bin_trust_function_creators = 1;\nDELIMITER //\n"
                + "CREATE FUNCTION f() RETURNS INT MODIFIES SQL DATA BEGIN INSERT INTO a VALUES (6, 'f'); RETURN 1; END //\n",
            database: "psa")
        let watched = WatchedServer(server, tables: ["a": []])
        try watched.watch()
        try server.sql(statements.replacing("FILE'", with: "\(file)'"), database: "psa")
        try finish(watched)
        #expect(subjects(watched) == ["a/999999"])
        #expect(watched.intake.gaps.map(\.reason) == [.unreadable])
    }

    @Test("a row of a table with a key over a long text is told without what the server keeps for the key")
    func longKey() throws {
        let server = try PrivateMariaDB()
        try server.sql("CREATE DATABASE psa; CREATE TABLE psa.a (id INT PRIMARY KEY, v LONGTEXT, UNIQUE (v));")
        let watched = WatchedServer(server, tables: ["a": []])
        try watched.watch()
        try server.sql("INSERT INTO psa.a VALUES (1, 'x');")
        try finish(watched)
        #expect(subjects(watched) == ["a/1", "a/999999"])
        #expect(watched.intake.events.first?.data["new"] == ["id": 1, "v": "x"])
    }
}
