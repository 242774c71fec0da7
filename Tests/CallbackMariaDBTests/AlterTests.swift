import CallbackCore
import CallbackTestKit
import Testing

@testable import CallbackMariaDB

@Suite("Tables that change under the stream", .serialized)
struct AlterTests {
    static let metadata = ["FULL", "NO_LOG"]

    private func watched(_ metadata: String, _ creation: String, sensitive: [String] = []) throws -> WatchedServer {
        let server = try PrivateMariaDB(["--binlog-row-metadata=\(metadata)"])
        try server.sql("CREATE DATABASE psa; USE psa; \(creation)")
        return WatchedServer(server, tables: ["a": sensitive])
    }

    private func new(_ events: [CapturedEvent]) -> [String] { events.map { $0.data["new"]?.text ?? "" } }

    @Test(
        "columns that are added, renamed, moved and retyped in mid stream have their names of that time",
        arguments: metadata)
    func alter(_ metadata: String) throws {
        let watched = try watched(metadata, "CREATE TABLE a (id INT PRIMARY KEY, x INT, y INT);")
        try watched.watch()
        let steps = [
            ("INSERT INTO a VALUES (1, 10, 20)", #"{"id":1,"x":10,"y":20}"#),
            (
                "ALTER TABLE a ADD COLUMN z VARCHAR(5) FIRST; INSERT INTO a VALUES ('n', 2, 11, 21)",
                #"{"z":"n","id":2,"x":11,"y":21}"#
            ),
            // The same types in the same places: only the names tell.
            ("ALTER TABLE a CHANGE x w INT; INSERT INTO a VALUES ('n', 3, 12, 22)", #"{"z":"n","id":3,"w":12,"y":22}"#),
            (
                "ALTER TABLE a MODIFY y INT UNSIGNED; INSERT INTO a VALUES ('n', 4, 13, 4000000000)",
                #"{"z":"n","id":4,"w":13,"y":4000000000}"#
            ),
            ("ALTER TABLE a DROP COLUMN z; INSERT INTO a VALUES (5, 14, 24)", #"{"id":5,"w":14,"y":24}"#),
            (
                "DROP TABLE IF EXISTS b; RENAME TABLE a TO b; CREATE TABLE a (id INT PRIMARY KEY, q INT, r INT); INSERT INTO a VALUES (6, 15, 25)",
                #"{"id":6,"q":15,"r":25}"#
            ),
        ]
        for (index, step) in steps.enumerated() {
            try watched.server.sql(step.0 + ";", database: "psa")
            let events = try watched.events(index + 1)
            #expect(new([events[index]]) == [step.1])
        }
        watched.stop()
        // The rows that the first table had went with it.
        #expect(
            watched.intake.gaps.map(\.message) == [
                "a was renamed, or another table took its place: its rows changed without events"
            ])
    }

    @Test("an ALTER while nobody reads: rows from before it keep the columns of their time", arguments: metadata)
    func alterWhileDown(_ metadata: String) throws {
        let watched = try watched(metadata, "CREATE TABLE a (id INT PRIMARY KEY, x INT, y INT);")
        try watched.watch()
        watched.stop()
        try watched.server.sql(
            "INSERT INTO a VALUES (1, 10, 20); ALTER TABLE a CHANGE x w INT; INSERT INTO a VALUES (2, 11, 21);",
            database: "psa")
        try watched.watch()
        let events = try watched.events(metadata == "FULL" ? 1 : 2)
        if metadata == "NO_LOG" {
            #expect(new(events) == [#"{"id":1,"x":10,"y":20}"#, #"{"id":2,"w":11,"y":21}"#])
        }
        watched.stop()
        #expect(watched.intake.gaps.map(\.message) == [])
    }

    @Test("a table that was altered twice before anybody looked: what cannot be named is a gap, never a wrong name")
    func alteredTwice() throws {
        let watched = try watched("NO_LOG", "CREATE TABLE a (id INT PRIMARY KEY, x INT, y INT);")
        try watched.watch()
        watched.stop()
        try watched.server.sql(
            "ALTER TABLE a CHANGE x w INT; INSERT INTO a VALUES (1, 10, 20); ALTER TABLE a CHANGE w v INT; "
                + "INSERT INTO a VALUES (2, 11, 21);", database: "psa")
        try watched.watch()
        let events = try watched.events(1)
        watched.stop()
        #expect(new(events) == [#"{"id":2,"v":11,"y":21}"#])
        #expect(watched.intake.gaps.map(\.reason) == [.unreadable])
        #expect(watched.intake.gaps.first?.message.contains("rows of a cannot be named") ?? false)
    }

    @Test("statements that change no column leave the names known, however many there are")
    func harmless() throws {
        let watched = try watched("NO_LOG", "CREATE TABLE a (id INT PRIMARY KEY, x INT, y INT);")
        try watched.watch()
        watched.stop()
        try watched.server.sql(
            "ANALYZE TABLE a; INSERT INTO a VALUES (1, 10, 20); OPTIMIZE TABLE a; CREATE INDEX i ON a (x); "
                + "INSERT INTO a VALUES (2, 11, 21); GRANT SELECT ON psa.a TO u@localhost IDENTIFIED BY 'x';",
            database: "psa")
        try watched.watch()
        let events = try watched.events(2)
        watched.stop()
        #expect(new(events) == [#"{"id":1,"x":10,"y":20}"#, #"{"id":2,"x":11,"y":21}"#])
        #expect(watched.intake.gaps.map(\.message) == [])
    }

    @Test("a sensitive column is never read, also after it moved", arguments: metadata)
    func sensitive(_ metadata: String) throws {
        let watched = try watched(
            metadata, "CREATE TABLE a (id INT PRIMARY KEY, password VARCHAR(50), x INT);", sensitive: ["password"])
        try watched.watch()
        try watched.server.sql(
            "INSERT INTO a VALUES (1, 'hunter2', 1); ALTER TABLE a MODIFY password VARCHAR(50) AFTER x; "
                + "UPDATE a SET x = 2, password = 'hunter3';", database: "psa")
        let events = try watched.events(2)
        watched.stop()
        #expect(new(events) == [#"{"id":1,"x":1}"#, #"{"id":1,"x":2}"#])
        #expect(events.allSatisfy { $0.data["redacted"]?.text == #"["password"]"# && !$0.data.text.contains("hunter") })
    }

    @Test("what the binlog shows only as a statement is a gap that says so")
    func statements() throws {
        let watched = try watched(
            "FULL", "CREATE TABLE a (id INT PRIMARY KEY, x INT); INSERT INTO a VALUES (1, 1), (2, 2);")
        try watched.watch()
        try watched.server.sql("SET SESSION binlog_format = 'STATEMENT'; UPDATE a SET x = 5;", database: "psa")
        try watched.waitUntil("a gap") { watched.intake.gaps.count == 1 }
        try watched.server.sql("/* tidy up */ TRUNCATE TABLE a;", database: "psa")
        try watched.waitUntil("a second gap") { watched.intake.gaps.count == 2 }
        try watched.server.sql(
            "SET SESSION binlog_row_image = 'MINIMAL'; INSERT INTO a (id) VALUES (3); UPDATE a SET x = 1;",
            database: "psa")
        try watched.waitUntil("a third gap") { watched.intake.gaps.count >= 3 }
        watched.stop()
        let words = watched.intake.gaps.map(\.message)
        #expect(words[0].contains("binlog_format"), "\(words)")
        #expect(words[1].contains("was emptied"), "\(words)")
        #expect(words[2].contains("binlog_row_image"), "\(words)")
        #expect(watched.intake.gaps.allSatisfy { $0.reason == .unreadable })
    }
}
