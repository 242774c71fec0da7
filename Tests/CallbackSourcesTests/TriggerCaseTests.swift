import CallbackCore
import CallbackTestKit
import GRDBSQLite
import Testing

@testable import CallbackSources

/// One table with statements; each is run on a watched database and on a twin without triggers.
struct TriggerCase: Sendable, CustomTestStringConvertible {
    var name: String
    var schema: String
    var table = "t"
    var statements: [String]
    /// How many events there must be; nil where the replay alone decides.
    var events: Int?
    /// The table has no key but its row number, which then stands in the events.
    var showsRowID = false

    var testDescription: String { name }
}

@Suite("The panel's writes with triggers")
struct TriggerCaseTests {
    static let wide200 = "CREATE TABLE t(id INTEGER PRIMARY KEY, \((0..<199).map { "c\($0)" }.joined(separator: ", ")))"
    static let wide1000 =
        "CREATE TABLE t(id INTEGER PRIMARY KEY, \((0..<999).map { "c\($0)" }.joined(separator: ", ")))"
    static let two = "CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT UNIQUE, b TEXT);"

    static let cases: [TriggerCase] = [
        TriggerCase(
            name: "plain insert, update, delete", schema: two,
            statements: [
                "INSERT INTO t(a, b) VALUES ('x', 'one'), ('y', 'two')", "UPDATE t SET b = 'three' WHERE a = 'x'",
                "UPDATE t SET b = b", "DELETE FROM t WHERE a = 'y'",
            ], events: 4),
        TriggerCase(
            name: "OR IGNORE", schema: two,
            statements: [
                "INSERT INTO t VALUES (1, 'x', 1)",
                "INSERT OR IGNORE INTO t VALUES (1, 'y', 2), (2, 'x', 3), (3, 'z', 4)",
            ],
            events: 2),
        TriggerCase(
            name: "upsert", schema: two,
            statements: [
                "INSERT INTO t VALUES (1, 'x', 1)",
                "INSERT INTO t VALUES (7, 'x', 2) ON CONFLICT (a) DO UPDATE SET b = excluded.b",
                "INSERT INTO t VALUES (8, 'x', 2) ON CONFLICT (a) DO NOTHING",
                "INSERT INTO t VALUES (1, 'q', 2) ON CONFLICT (id) DO UPDATE SET a = excluded.a, id = 9",
            ], events: 3),
        TriggerCase(
            name: "REPLACE by primary key", schema: two,
            statements: ["INSERT INTO t VALUES (1, 'x', 1)", "REPLACE INTO t VALUES (1, 'y', 2)"], events: 3),
        TriggerCase(
            name: "REPLACE of several rows by several keys", schema: two,
            statements: [
                "INSERT INTO t VALUES (1, 'x', 1), (2, 'y', 2), (3, 'z', 3)", "REPLACE INTO t VALUES (1, 'y', 9)",
                "REPLACE INTO t SELECT id + 10, a, b FROM t",
            ], events: 3 + 3 + 4),
        TriggerCase(
            name: "REPLACE after OR IGNORE left its candidates", schema: two,
            statements: [
                "INSERT INTO t VALUES (1, 'x', 1)",
                "BEGIN; INSERT OR IGNORE INTO t VALUES (5, 'x', 2); INSERT INTO t VALUES (5, 'q', 2); "
                    + "DELETE FROM t WHERE id = 1; INSERT INTO t VALUES (6, 'x', 3); COMMIT",
            ], events: 4),
        TriggerCase(
            name: "UPDATE OR REPLACE", schema: two,
            statements: [
                "INSERT INTO t VALUES (1, 'x', 1), (2, 'y', 2), (3, 'z', 3)",
                "UPDATE OR REPLACE t SET a = 'y' WHERE id = 1",
                "UPDATE OR REPLACE t SET id = id + 2", "UPDATE OR IGNORE t SET a = 'w'",
            ]),
        TriggerCase(
            name: "a key declared ON CONFLICT REPLACE",
            schema: "CREATE TABLE t(id INTEGER PRIMARY KEY ON CONFLICT REPLACE, a UNIQUE ON CONFLICT REPLACE)",
            statements: ["INSERT INTO t VALUES (1, 2), (2, 3)", "INSERT INTO t VALUES (1, 3)", "UPDATE t SET id = 5"],
            events: 6),
        TriggerCase(
            name: "WITHOUT ROWID", schema: "CREATE TABLE t(a TEXT, b, c UNIQUE, PRIMARY KEY (a, b)) WITHOUT ROWID",
            statements: [
                "INSERT INTO t VALUES ('x', 1, 1), ('x', 2, 2)", "REPLACE INTO t VALUES ('x', 1, 2)",
                "UPDATE OR REPLACE t SET b = 7", "DELETE FROM t",
            ], events: 2 + 3 + 1 + 1),
        TriggerCase(
            name: "composite key that changes",
            schema: "CREATE TABLE t(a, b, c, PRIMARY KEY (a, b), UNIQUE (c, a))",
            statements: [
                "INSERT INTO t VALUES (1, 1, 1), (1, 2, 2), (2, 1, 1)", "UPDATE t SET a = 3 WHERE b = 2",
                "REPLACE INTO t VALUES (2, 9, 1)", "INSERT INTO t VALUES (NULL, NULL, NULL), (NULL, NULL, NULL)",
            ]),
        TriggerCase(
            name: "no key at all", schema: "CREATE TABLE t(a, b)",
            statements: [
                "INSERT INTO t VALUES (1, 2), (1, 2)", "REPLACE INTO t(rowid, a) VALUES (2, 5)", "UPDATE t SET b = 9",
                "UPDATE OR REPLACE t SET rowid = 2 WHERE rowid = 1", "DELETE FROM t",
            ], showsRowID: true),
        TriggerCase(
            name: "columns called rowid and oid", schema: "CREATE TABLE t(rowid, oid TEXT PRIMARY KEY, _rowid_)",
            statements: ["INSERT INTO t VALUES (1, 'a', 2)", "REPLACE INTO t VALUES (2, 'a', 3)", "DELETE FROM t"],
            events: 4),
        TriggerCase(
            name: "collations",
            schema:
                "CREATE TABLE t(a TEXT COLLATE NOCASE PRIMARY KEY, b TEXT); CREATE UNIQUE INDEX tb ON t(b COLLATE RTRIM)",
            statements: [
                "INSERT INTO t VALUES ('Alpha', 'x'), ('beta', 'y')", "REPLACE INTO t VALUES ('ALPHA', 'y  ')",
                "REPLACE INTO t VALUES ('Émile', 'q'), ('émile', 'r')",
            ], events: 2 + 3 + 2),
        TriggerCase(
            name: "affinity", schema: "CREATE TABLE t(a INTEGER, b REAL UNIQUE, c UNIQUE, UNIQUE (a))",
            statements: [
                "INSERT INTO t VALUES ('1', 2, 1), (2, 3.5, 'x')", "REPLACE INTO t VALUES (1.0, 9, 7)",
                "REPLACE INTO t VALUES (5, '3.5', 8)", "REPLACE INTO t VALUES (6, 6, 7.0)",
            ], events: 2 + 2 + 2 + 2, showsRowID: true),
        TriggerCase(
            name: "NULL that becomes a default", schema: "CREATE TABLE t(a TEXT NOT NULL DEFAULT 'it''s' UNIQUE, b)",
            statements: ["INSERT INTO t(b) VALUES (1)", "REPLACE INTO t VALUES (NULL, 2)"], events: 3,
            showsRowID: true),
        TriggerCase(
            name: "row -1", schema: two,
            statements: [
                "INSERT INTO t VALUES (-1, 'x', 1)", "INSERT INTO t(a) VALUES ('y')",
                "REPLACE INTO t VALUES (-1, 'y', 1)",
            ],
            events: 2 + 3),
        TriggerCase(
            name: "cascades, also by REPLACE",
            schema: "PRAGMA foreign_keys = ON; CREATE TABLE p(id INTEGER PRIMARY KEY, n UNIQUE); "
                + "CREATE TABLE t(id INTEGER PRIMARY KEY, p REFERENCES p(id) ON DELETE CASCADE ON UPDATE CASCADE)",
            statements: [
                "INSERT INTO p VALUES (1, 'a'), (2, 'b'), (3, 'c')",
                "INSERT INTO t VALUES (1, 1), (2, 1), (3, 2), (4, 3)",
                "REPLACE INTO p VALUES (1, 'z')", "UPDATE p SET id = 9 WHERE id = 2", "DELETE FROM p WHERE id = 3",
            ], events: 4 + 2 + 1 + 1),
        TriggerCase(
            name: "a tree that cascades into itself",
            schema: "PRAGMA foreign_keys = ON; "
                + "CREATE TABLE t(id INTEGER PRIMARY KEY, up REFERENCES t(id) ON DELETE CASCADE, n UNIQUE)",
            statements: [
                "INSERT INTO t VALUES (1, NULL, 'a'), (2, 1, 'b'), (3, 2, 'c'), (4, NULL, 'd')",
                "REPLACE INTO t VALUES (1, NULL, 'd')",
            ], events: 4 + 5),
        TriggerCase(
            name: "generated columns",
            schema: "CREATE TABLE t(id INTEGER PRIMARY KEY, a, v AS (a * 2) VIRTUAL, s AS (a + 1) STORED UNIQUE)",
            statements: [
                "INSERT INTO t(a) VALUES (1), (2)", "REPLACE INTO t(a) VALUES (2)", "UPDATE OR REPLACE t SET a = 2",
            ],
            events: 2 + 2 + 2),
        TriggerCase(
            name: "STRICT", schema: "CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT UNIQUE, b ANY, c REAL) STRICT",
            statements: [
                "INSERT INTO t VALUES (1, 'x', 1, 1)", "INSERT INTO t VALUES (2, x'00', 1, 1)",
                "REPLACE INTO t VALUES (2, 'x', x'ff', 2)", "INSERT INTO t VALUES ('no', 'y', 1, 1)",
            ], events: 3),
        TriggerCase(
            name: "savepoints", schema: two,
            statements: [
                "BEGIN; INSERT INTO t VALUES (1, 'x', 1); SAVEPOINT s; REPLACE INTO t VALUES (1, 'y', 2); "
                    + "DELETE FROM t; ROLLBACK TO s; INSERT INTO t VALUES (2, 'z', 3); RELEASE s; COMMIT",
                "BEGIN; DELETE FROM t; ROLLBACK",
            ], events: 2),
        TriggerCase(
            name: "failed statements", schema: "CREATE TABLE t(id INTEGER PRIMARY KEY, a UNIQUE, b CHECK (b > 0))",
            statements: [
                "INSERT INTO t VALUES (1, 'x', 1), (2, 'y', 1)", "INSERT INTO t VALUES (3, 'q', 1), (4, 'r', 0)",
                "INSERT INTO t VALUES (9, 'x', 1)", "INSERT OR FAIL INTO t VALUES (5, 's', 1), (1, 'u', 1)",
                "UPDATE OR FAIL t SET a = 'x'",
                "BEGIN; INSERT INTO t VALUES (6, 'v', 1); INSERT OR ROLLBACK INTO t VALUES (1, 'w', 1)",
                "REPLACE INTO t VALUES (1, 'y', 0)",
            ], events: 3),
        TriggerCase(
            name: "VACUUM", schema: "CREATE TABLE t(a TEXT PRIMARY KEY, b)",
            statements: [
                "INSERT INTO t VALUES ('x', 1), ('y', 2), ('z', 3)", "DELETE FROM t WHERE a = 'x'", "VACUUM",
                "REPLACE INTO t VALUES ('z', 4)",
            ], events: 3 + 1 + 2),
        TriggerCase(
            name: "200 columns", schema: wide200,
            statements: [
                "INSERT INTO t(id, c0, c198) VALUES (1, 'a', 'b')", "UPDATE t SET c198 = 'c', c100 = 5",
                "REPLACE INTO t(id, c7) VALUES (1, 'd')", "DELETE FROM t",
            ], events: 1 + 1 + 2 + 1),
        TriggerCase(
            name: "1,000 columns", schema: wide1000,
            statements: [
                "INSERT INTO t(id, c0, c998) VALUES (1, 'a', 'b')", "UPDATE t SET c998 = 'c', c500 = 5",
                "REPLACE INTO t(id, c7) VALUES (1, 'd')", "DELETE FROM t",
            ], events: 1 + 1 + 2 + 1),
        TriggerCase(
            name: "values of every kind", schema: "CREATE TABLE t(id INTEGER PRIMARY KEY, v)",
            statements: [
                "INSERT INTO t(v) VALUES (x'00ff'), (9e999), (-9e999), (9e999 - 9e999), (9223372036854775807), "
                    + "('a' || char(0) || 'b'), (CAST(x'ff41' AS TEXT)), (''), (x''), (1.5), (zeroblob(2000))",
                "UPDATE t SET v = x'01' WHERE id = 1", "DELETE FROM t",
            ], events: 23),
        TriggerCase(
            name: "names that need quotes", schema: "CREATE TABLE t(\"a \"\"b\" PRIMARY KEY, \"select\" UNIQUE, [x'y])",
            statements: [
                "INSERT INTO t VALUES (1, 2, 3)", "REPLACE INTO t VALUES (4, 2, 5)", "UPDATE t SET \"select\" = 9",
            ],
            events: 4),
        TriggerCase(
            name: "the panel's own triggers",
            schema: two + "CREATE TABLE x(n); CREATE TRIGGER mine BEFORE INSERT ON t WHEN NEW.b = 'evict' "
                + "BEGIN DELETE FROM t WHERE a = NEW.a; INSERT INTO x VALUES (NEW.a); END;",
            statements: [
                "INSERT INTO t VALUES (1, 'x', 1)", "REPLACE INTO t VALUES (2, 'x', 'evict')",
                "REPLACE INTO t VALUES (3, 'x', 4)",
            ], events: 1 + 2 + 2),
        TriggerCase(
            name: "recursive triggers", schema: "PRAGMA recursive_triggers = ON; " + two,
            statements: [
                "INSERT INTO t VALUES (1, 'x', 1), (2, 'y', 2)", "REPLACE INTO t VALUES (1, 'y', 3)",
                "UPDATE OR REPLACE t SET id = 5",
            ], events: 2 + 3 + 1),
        TriggerCase(
            name: "untrusted schema", schema: "PRAGMA trusted_schema = OFF; " + two,
            statements: ["INSERT INTO t VALUES (1, 'x', 1)", "REPLACE INTO t VALUES (1, 'y', 3)", "DELETE FROM t"],
            events: 4),
    ]

    @Test("behave as without them, and every change is seen", arguments: cases)
    func behaves(_ testCase: TriggerCase) throws {
        let watched = try Panel(testCase.schema)
        let twin = try Panel(testCase.schema)
        let intake = TestIntake()
        let watch = try watched.watch(watched.settings(tables: [(testCase.table, [], [])]), into: intake)
        var replica = try Replica(watched, testCase.table, testCase.showsRowID)
        for statement in testCase.statements {
            #expect(Self.run(statement, on: watched) == Self.run(statement, on: twin), "\(statement)")
            let dump = "SELECT * FROM \(testCase.table)"
            #expect(try watched.rows(dump).sorted() == twin.rows(dump).sorted(), "\(statement)")
            _ = try watch.turn()
            replica.apply(intake.drain())
            #expect(replica.rows == (try Replica.read(watched, testCase.table, testCase.showsRowID)), "\(statement)")
        }
        if let events = testCase.events { #expect(replica.changes == events) }
        #expect(intake.gaps.isEmpty)
        #expect(try watched.rows("PRAGMA integrity_check") == ["tok"])
    }

    /// What the panel can see of a statement: its result, the counters, and the rows it changed.
    static func run(_ sql: String, on panel: Panel) -> String {
        let handle = panel.connection.handle
        let code = sqlite3_exec(handle, sql, nil, nil, nil)
        let words = String(cString: sqlite3_errmsg(handle))
        if code != SQLITE_OK, sqlite3_get_autocommit(handle) == 0 { sqlite3_exec(handle, "ROLLBACK", nil, nil, nil) }
        // VACUUM inserts the rows of every table itself and leaves the number of the last one.
        let rowID = sql == "VACUUM" ? 0 : sqlite3_last_insert_rowid(handle)
        return "\(code) \(words) \(rowID) \(sqlite3_changes(handle))"
    }

    @Test("are seen in every journal mode", arguments: ["DELETE", "TRUNCATE", "PERSIST", "MEMORY", "WAL"])
    func journalModes(_ mode: String) throws {
        let panel = try Panel(Self.two, journal: mode)
        let intake = TestIntake()
        let watch = try panel.watch(panel.settings(tables: [("t", [], [])]), into: intake)
        try panel.execute("INSERT INTO t VALUES (1, 'x', 1); REPLACE INTO t VALUES (1, 'y', 2)")
        #expect(try watch.turn())
        #expect(intake.events.count == 3)
        #expect(try panel.rows("PRAGMA journal_mode") == ["t\(mode.lowercased())"])
        let trimmer = try LogTrimmer(path: panel.path, panelLog: 1, timekeeper: SystemTimekeeper())
        _ = try trimmer.trim(behind: intake.committedPosition(of: "panel"), rowBytes: 100, budget: 1_000_000_000)
        #expect(try panel.rows("PRAGMA journal_mode") == ["t\(mode.lowercased())"])
        #expect(try panel.rows("SELECT count(*) FROM callbackd_log") == ["i1"])
    }

    @Test("are seen through a connection that has attached the database under another name")
    func attached() throws {
        let panel = try Panel(Self.two)
        let intake = TestIntake()
        let watch = try panel.watch(panel.settings(tables: [("t", [], [])]), into: intake)
        let other = try Panel("CREATE TABLE t(id INTEGER PRIMARY KEY); CREATE TABLE callbackd_log(n)")
        try other.execute("ATTACH \(panel.path.sqlText) AS shop")
        try other.execute("REPLACE INTO shop.t VALUES (1, 'x', 1); REPLACE INTO shop.t VALUES (1, 'y', 2)")
        try other.execute("CREATE TEMP TABLE callbackd_log(n); DELETE FROM shop.t")
        _ = try watch.turn()
        #expect(intake.events.count == 4)
    }
}
