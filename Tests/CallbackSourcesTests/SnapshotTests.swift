import CallbackCore
import CallbackTestKit
import Synchronization
import Testing

@testable import CallbackRows
@testable import CallbackSources

/// A panel of which a snapshot is read.
struct SnapshotBench {
    let panel: Panel
    let intake = TestIntake()
    let settings: SourceSettings

    init(_ schema: String, plesk: Bool = false) throws {
        panel = try Panel(schema)
        settings = panel.settings(tables: plesk ? [] : [("t", [], [])], plesk: plesk)
    }

    func ask(_ tables: SnapshotRun.Table...) {
        intake.ask(SnapshotMemory.begin(SnapshotRun(asked: tables, askedAt: SystemTimekeeper().now())))
    }

    /// Reads to the end of the snapshot and hands out what was told.
    func read(_ watch: SQLiteWatch) throws -> [CapturedEvent] {
        for _ in 0..<1000 {
            _ = try watch.turn()
            guard try watch.readPage(isConfigured: false) else { return intake.drain() }
        }
        Issue.record("the snapshot has no end")
        return []
    }

    /// The snapshot as a whole, in a new life.
    func read() throws -> [CapturedEvent] {
        let watch = try panel.watch(settings, into: intake)
        _ = try watch.turn()
        _ = intake.drain()
        return try read(watch)
    }
}

@Suite("Snapshots")
struct SnapshotTests {
    /// Tables of every form, with keys of every type.
    static let schemas = [
        "CREATE TABLE t(id INTEGER PRIMARY KEY, a); "
            + "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1300) INSERT INTO t SELECT i * 3, i FROM n",
        "CREATE TABLE t(a, b); "
            + "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1001) INSERT INTO t SELECT i, NULL FROM n",
        "CREATE TABLE t(a TEXT NOT NULL COLLATE NOCASE, b, c, PRIMARY KEY (a COLLATE BINARY, b)) WITHOUT ROWID; "
            + "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 600) "
            + "INSERT INTO t SELECT 'k' || (i / 7), i, 'x' FROM n; INSERT INTO t SELECT upper(a), b, c FROM t",
        "CREATE TABLE t(a TEXT PRIMARY KEY, b); INSERT INTO t VALUES (NULL, 1), (NULL, 2); "
            + "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 700) INSERT INTO t SELECT 'é' || i, i FROM n",
        "CREATE TABLE t(a NOT NULL, b NOT NULL, PRIMARY KEY (b, a)); "
            + "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 900) "
            + "INSERT INTO t SELECT CASE i % 5 WHEN 0 THEN i WHEN 1 THEN i / 3.0 WHEN 2 THEN 't' || i "
            + "WHEN 3 THEN CAST(i AS BLOB) ELSE CAST(x'ff' || CAST(i AS BLOB) AS TEXT) END, i % 3 FROM n",
        "CREATE TABLE t(a, b, PRIMARY KEY (a, b DESC)) WITHOUT ROWID; "
            + "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 800) INSERT INTO t SELECT i % 11, i FROM n",
        "CREATE TABLE t(rowid TEXT, _rowid_ INTEGER NOT NULL PRIMARY KEY DESC, oid); "
            + "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 502) INSERT INTO t SELECT 'r', -i, 'o' FROM n",
        "CREATE TABLE t(id INTEGER PRIMARY KEY, big TEXT); "
            + "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30) "
            + "INSERT INTO t SELECT i, hex(zeroblob(400000)) FROM n",
        "CREATE TABLE t(id INTEGER PRIMARY KEY)",
    ]

    @Test("every row that is there is told once, whatever names the rows of its table", arguments: schemas)
    func everyRow(schema: String) throws {
        let bench = try SnapshotBench(schema)
        bench.ask()
        let events = try bench.read()
        #expect(events.allSatisfy { $0.type == "t.existing" })
        let hidden = try bench.panel.rows("SELECT count(*) FROM pragma_table_info('t') WHERE pk > 0") == ["i0"]
        var replica = try Replica(bench.panel, "t", hidden)
        let truth = replica.rows
        replica = try Replica(bench.panel, "t WHERE 0", hidden)
        replica.apply(events)
        #expect(replica.rows == truth)
        let ids = Set(events.map { EventID(incarnation: bench.intake.mark?.incarnation ?? "", origin: $0.origin) })
        #expect(ids.count == events.count)
        #expect(bench.intake.snapshots.run == nil)
        #expect(bench.intake.snapshots.last?.rows == Int64(truth.count))
        #expect(bench.intake.snapshots.last?.reason == nil)
        #expect(try bench.read().isEmpty)
    }

    @Test("an event says that a snapshot found the row, which run that was, and when")
    func event() throws {
        let bench = try SnapshotBench("CREATE TABLE t(id INTEGER PRIMARY KEY, a); INSERT INTO t VALUES (7, 'x')")
        bench.ask()
        let run = try #require(bench.intake.snapshots.run)
        let event = try #require(try bench.read().first)
        #expect(event.subject == "t/7")
        #expect(
            event.data == [
                "new": ["id": 7, "a": "x"], "old": nil, "changed": [], "operation": nil,
                "snapshot": .string(run.id),
            ])
        #expect(abs(event.time.milliseconds - SystemTimekeeper().now().milliseconds) < 60_000)
        #expect(event.origin.position < -1)
    }

    @Test("what the configuration asks for is read once in the source's life")
    func configured() throws {
        let bench = try SnapshotBench("CREATE TABLE t(id INTEGER PRIMARY KEY); INSERT INTO t VALUES (1), (2)")
        for round in 0..<3 {
            let watch = try bench.panel.watch(bench.settings, into: bench.intake)
            _ = try watch.turn()
            while try watch.readPage(isConfigured: true) {}
            #expect(bench.intake.drain().count == (round == 0 ? 2 : 0))
        }
        bench.ask()
        #expect(try bench.read().count == 2)
    }

    @Test("a condition chooses rows, and a table that is named is the only one")
    func condition() throws {
        let bench = try SnapshotBench(
            "CREATE TABLE t(id INTEGER PRIMARY KEY, a); INSERT INTO t VALUES (1, 'x'), (2, NULL), (3, 'y'), (4, 'x')")
        bench.ask(.init(name: "T", condition: "a = 'x' -- and no more"))
        #expect(try bench.read().map(\.subject) == ["t/1", "t/4"])
        bench.ask(.init(name: "t", condition: "id IN (SELECT max(id) FROM t)"))
        #expect(try bench.read().map(\.subject) == ["t/4"])
    }

    @Test(
        "a run that cannot go on ends with the reason",
        arguments: [
            ("t", "wrong = 1", "no such column: wrong"), ("t", "json_extract(a, '$.b') = 1", "malformed JSON"),
            ("t", "count(*) > 1", "condition cannot be used"), ("t", "1); DELETE FROM t; SELECT (1", "cannot be used"),
            ("u", nil, "the table u is not there"), ("t", "load_extension('x')", "cannot be used"),
            ("t", "(SELECT 1 FROM pragma_user_version)", "cannot be used"),
        ] as [(String, String?, String)])
    func refusal(table: String, condition: String?, reason: String) throws {
        let bench = try SnapshotBench("CREATE TABLE t(id INTEGER PRIMARY KEY, a); INSERT INTO t VALUES (1, 'x')")
        bench.ask(.init(name: table, condition: condition))
        #expect(try bench.read().isEmpty)
        #expect(bench.intake.snapshots.run == nil)
        #expect(
            bench.intake.snapshots.last?.reason?.contains(reason) == true,
            "\(bench.intake.snapshots.last?.reason ?? "")")
        #expect(try bench.panel.rows("SELECT count(*) FROM t") == ["i1"])
        let objection = try SnapshotCheck(settings: bench.settings).objection(to: [
            .init(name: table, condition: condition)
        ])
        // What only a row can show is seen when it is read.
        #expect((objection == nil) == (reason == "malformed JSON"), "\(objection ?? "")")
    }

    @Test("an operator can stop it: what was read stays told, and the rest is not read")
    func stop() throws {
        let bench = try SnapshotBench(Self.schemas[0])
        let watch = try bench.panel.watch(bench.settings, into: bench.intake)
        _ = try watch.turn()
        bench.ask()
        #expect(try watch.readPage(isConfigured: false))
        #expect(bench.intake.drain().count == SnapshotReading.pageSize)
        #expect(bench.intake.snapshots.run?.words == "table 1 of 1, t: 500 rows read")
        bench.intake.ask([SnapshotMemory.stop])
        #expect(try bench.read(watch).isEmpty)
        #expect(bench.intake.snapshots.last?.reason == "stopped by an operator")
        #expect(bench.intake.snapshots.last?.rows == 500)
        // The next one begins at the beginning.
        bench.ask()
        #expect(try bench.read(watch).count == 1300)
    }

    @Test("a database that was put in its place is read from the beginning, under its new life")
    func replaced() throws {
        let bench = try SnapshotBench(Self.schemas[0])
        try bench.panel.backUp(to: "copy.db")
        let watch = try bench.panel.watch(bench.settings, into: bench.intake)
        _ = try watch.turn()
        bench.ask()
        _ = try watch.readPage(isConfigured: false)
        _ = bench.intake.drain()
        try bench.panel.restore(from: "copy.db")
        #expect(try bench.read().count == 1300)
        #expect(bench.intake.snapshots.last?.rows == 1300)
    }

    @Test("a table that goes in the middle is left out, and the triggers are mended before the next page")
    func tableGone() throws {
        let panel = try Panel(Self.schemas[0] + "; CREATE TABLE u(id INTEGER PRIMARY KEY); INSERT INTO u VALUES (1)")
        let settings = panel.settings(tables: [("t", [], []), ("u", [], [])])
        let intake = TestIntake()
        let watch = try panel.watch(settings, into: intake)
        _ = try watch.turn()
        intake.ask(SnapshotMemory.begin(SnapshotRun(asked: [], askedAt: SystemTimekeeper().now())))
        _ = try watch.readPage(isConfigured: false)
        try panel.execute("DROP TABLE t")
        repeat { _ = try watch.turn() } while try watch.readPage(isConfigured: false)
        let events = intake.drain()
        #expect(events.filter { $0.type == "t.existing" }.count == 500)
        #expect(events.filter { $0.type == "u.existing" }.map(\.subject) == ["u/1"])
    }

    @Test("what a crash did not let become durable is read again under the same identities")
    func identities() throws {
        let bench = try SnapshotBench(Self.schemas[2])
        var watch = try bench.panel.watch(bench.settings, into: bench.intake)
        _ = try watch.turn()
        bench.ask()
        _ = try watch.readPage(isConfigured: false)
        let first = bench.intake.drain()
        let saved = bench.intake.state.withLock { $0.names }
        _ = try watch.readPage(isConfigured: false)
        let second = bench.intake.drain()
        // The state file is as it was before the second page.
        bench.intake.state.withLock { $0.names = saved }
        watch = try bench.panel.watch(bench.settings, into: bench.intake)
        _ = try watch.turn()
        let rest = try bench.read(watch)
        #expect(rest.prefix(second.count).map(\.origin) == second.map(\.origin))
        #expect(first.count + rest.count == 1200)
        #expect(Set((first + rest).map(\.origin)).count == 1200)
    }
}
