import CallbackCore
import CallbackTestKit
import Testing

@testable import CallbackMariaDB

@Suite("Tables that are created with rows", .serialized)
struct CreateSelectTests {
    private func server(_ metadata: String) throws -> PrivateMariaDB {
        let server = try PrivateMariaDB(["--binlog-row-metadata=\(metadata)"])
        try server.sql(
            "CREATE DATABASE psa; USE psa; CREATE TABLE src (id INT, v VARCHAR(20)); INSERT INTO src VALUES (1, 'x'), "
                + "(2, 'y'); CREATE TABLE a (id INT PRIMARY KEY, v VARCHAR(20)); INSERT INTO a VALUES (7, 'old')")
        return server
    }

    @Test("rows with which a table is created are events, and those that it gets later", arguments: ["FULL", "NO_LOG"])
    func created(_ metadata: String) throws {
        let server = try server(metadata)
        let watched = WatchedServer(server, tables: ["b": []])
        try watched.watch()
        try server.sql(
            "CREATE TABLE b (w INT DEFAULT 3, id INT PRIMARY KEY) SELECT id, v FROM src; INSERT INTO b VALUES (4, 3, 'z')",
            database: "psa")
        let events = try watched.events(3)
        watched.stop()
        #expect(events.map(\.subject) == ["b/1", "b/2", "b/3"])
        #expect(events.map { $0.data["new"]?["v"] } == ["x", "y", "z"])
        #expect(events.map { $0.data["new"]?["w"] } == [3, 3, 4])
        #expect(watched.intake.gaps == [])
    }

    @Test("a table that takes the place of another is a gap, and its rows are events", arguments: ["FULL", "NO_LOG"])
    func replaced(_ metadata: String) throws {
        let server = try server(metadata)
        let watched = WatchedServer(server, tables: ["a": []])
        try watched.watch()
        try server.sql(
            "INSERT INTO a VALUES (8, 'u'); CREATE OR REPLACE TABLE a (v VARCHAR(20), id INT PRIMARY KEY) ENGINE=Aria "
                + "SELECT v, id FROM src; INSERT INTO a VALUES ('z', 3)", database: "psa")
        let events = try watched.events(4)
        watched.stop()
        #expect(events.map(\.subject) == ["a/8", "a/1", "a/2", "a/3"])
        #expect(events.map { $0.data["new"]?["v"] } == ["u", "x", "y", "z"])
        #expect(watched.intake.gaps.map(\.message) == ["a was emptied or dropped: its rows go without events"])
    }

    @Test("a table that was created and altered again is a gap, never a value under a wrong name")
    func altered() throws {
        let server = try server("NO_LOG")
        let watched = WatchedServer(server, tables: ["b": []])
        try watched.watch()
        watched.stop()
        try server.sql(
            "CREATE TABLE b (id INT PRIMARY KEY) SELECT id, v FROM src; ALTER TABLE b CHANGE v w VARCHAR(20); "
                + "INSERT INTO b VALUES (3, 'z')", database: "psa")
        try watched.watch()
        let events = try watched.events(1)
        watched.stop()
        #expect(events.map(\.subject) == ["b/3"] && events[0].data["new"]?["w"] == "z")
        #expect(watched.intake.gaps.map(\.reason) == [.unreadable])
    }

    @Test(
        "rows of a CREATE that stands in the binlog as text are a gap",
        arguments: ["SELECT * FROM src", "AS WITH x AS (SELECT 1 AS id) (SELECT * FROM x)", "VALUES (1, 2)"])
    func text(_ rows: String) throws {
        let server = try server("FULL")
        let watched = WatchedServer(server, tables: ["b": []], own: [:])
        try watched.watch()
        try server.sql(
            "SET SESSION binlog_format = STATEMENT; CREATE TABLE b (i INT AUTO_INCREMENT PRIMARY KEY) \(rows)",
            database: "psa")
        try watched.waitUntil("a gap") { !watched.intake.gaps.isEmpty }
        watched.stop()
        #expect(watched.intake.gaps.map(\.reason) == [.unreadable])
        let words = "rows of b were written, or used, by a statement that creates a table"
        #expect(watched.intake.gaps[0].message.hasPrefix(words))
    }
}
