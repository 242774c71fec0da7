import CallbackCore
import CallbackTestKit
import GRDBSQLite
import Testing

@testable import CallbackSources

@Suite("Random writes")
struct RandomWriteTests {
    static let schemas = [
        "CREATE TABLE t(id INTEGER PRIMARY KEY, a UNIQUE, b, c, UNIQUE (b, c))",
        "CREATE TABLE t(id INTEGER, a TEXT COLLATE NOCASE, b UNIQUE, c, PRIMARY KEY (id, a)) WITHOUT ROWID",
        "CREATE TABLE t(id TEXT PRIMARY KEY, a REAL UNIQUE, b TEXT COLLATE RTRIM UNIQUE, c)",
        "PRAGMA recursive_triggers = ON; CREATE TABLE t(id INTEGER PRIMARY KEY, a UNIQUE, b, c, UNIQUE (b, c))",
        "PRAGMA foreign_keys = ON; CREATE TABLE t(id INTEGER PRIMARY KEY, a UNIQUE, "
            + "b REFERENCES t(id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED, c UNIQUE)",
    ]

    @Test("a table rebuilt from what was seen equals the table", arguments: schemas, [1, 2, 3] as [UInt64])
    func replay(schema: String, seed: UInt64) throws {
        let panel = try Panel(schema)
        let twin = try Panel(schema)
        let intake = TestIntake()
        let watch = try panel.watch(panel.settings(tables: [("t", [], [])]), into: intake)
        var replica = try Replica(panel, "t")
        var random = SeededGenerator(seed: seed)
        for round in 0..<250 {
            let sql = Self.statement(&random)
            #expect(TriggerCaseTests.run(sql, on: panel) == TriggerCaseTests.run(sql, on: twin), "\(sql)")
            // Several statements and transactions may lie between two looks.
            guard random.next() % 3 == 0 || round == 249 else { continue }
            _ = try watch.turn()
            replica.apply(intake.drain())
            let truth = try Replica.read(panel, "t")
            try #require(replica.rows == truth, "after \(sql)")
        }
        #expect(try panel.rows("SELECT * FROM t") == twin.rows("SELECT * FROM t"))
        #expect(replica.changes > 10)
    }

    private static func value(_ random: inout SeededGenerator) -> String {
        switch random.next() % 9 {
        case 0: "NULL"
        case 1: "'\(["a", "A", "b ", "b", "é"][Int(random.next() % 5)])'"
        case 2: "\(random.next() % 4).0"
        case 3: "x'0\(random.next() % 3)'"
        default: "\(random.next() % 6)"
        }
    }

    private static func row(_ random: inout SeededGenerator) -> String {
        "(\(value(&random)), \(value(&random)), \(value(&random)), \(value(&random)))"
    }

    private static func statement(_ random: inout SeededGenerator) -> String {
        let verb = ["", "OR REPLACE", "OR REPLACE", "OR IGNORE", "OR FAIL"][Int(random.next() % 5)]
        let column = ["id", "a", "b", "c"][Int(random.next() % 4)]
        switch random.next() % 10 {
        case 0...3: return "INSERT \(verb) INTO t VALUES \(row(&random)), \(row(&random)), \(row(&random))"
        case 4, 5:
            return
                "UPDATE \(verb) t SET \(column) = \(value(&random)), b = \(value(&random)) WHERE c = \(value(&random))"
        case 6: return "DELETE FROM t WHERE \(column) = \(value(&random))"
        case 7:
            return "INSERT INTO t VALUES \(row(&random)) ON CONFLICT DO UPDATE SET c = \(value(&random))"
        case 8:
            return "BEGIN; INSERT \(verb) INTO t VALUES \(row(&random)); SAVEPOINT s; DELETE FROM t WHERE a > 2; "
                + "ROLLBACK TO s; REPLACE INTO t VALUES \(row(&random)); COMMIT"
        default: return "BEGIN; REPLACE INTO t VALUES \(row(&random)); ROLLBACK"
        }
    }
}
