import CallbackCore
import CallbackTestKit
import Testing

@testable import CallbackSources

@Suite("Schema changes while watching")
struct SchemaChangeTests {
    private func started(_ schema: String, _ tables: [String] = ["t"]) throws -> (Panel, TestIntake, SQLiteWatch) {
        let panel = try Panel(schema)
        let intake = TestIntake()
        let watch = try panel.watch(panel.settings(tables: tables.map { ($0, [], []) }), into: intake)
        _ = try watch.turn()
        return (panel, intake, watch)
    }

    @Test("an added column is watched from the next look on, and older rows keep their columns")
    func addedColumn() throws {
        let (panel, intake, watch) = try started("CREATE TABLE t(id INTEGER PRIMARY KEY, a)")
        try panel.execute("INSERT INTO t VALUES (1, 'x'); ALTER TABLE t ADD COLUMN b DEFAULT 5; UPDATE t SET a = 'y'")
        _ = try watch.turn()
        try panel.execute("INSERT INTO t VALUES (2, 'z', 7)")
        _ = try watch.turn()
        #expect(
            intake.events.map(\.words) == [
                #"t.inserted t/1 new={"id":1,"a":"x"}"#, #"t.updated t/1 new={"id":1,"a":"y"} old={"id":1,"a":"x"}"#,
                #"t.inserted t/2 new={"id":2,"a":"z","b":7}"#,
            ])
        #expect(intake.gaps.isEmpty)
    }

    @Test("a renamed column and a new unique index need no gap")
    func renamedColumn() throws {
        let (panel, intake, watch) = try started("CREATE TABLE t(id INTEGER PRIMARY KEY, a)")
        try panel.execute(
            "ALTER TABLE t RENAME COLUMN a TO c; CREATE UNIQUE INDEX ti ON t(c); INSERT INTO t VALUES (1, 2)")
        _ = try watch.turn()
        try panel.execute("REPLACE INTO t VALUES (5, 2)")
        _ = try watch.turn()
        #expect(intake.events.map(\.type) == ["t.inserted", "t.deleted", "t.inserted"])
        #expect(intake.gaps.isEmpty)
    }

    @Test("a rebuilt table raises a gap with its span, and is watched again")
    func rebuiltTable() throws {
        let (panel, intake, watch) = try started("CREATE TABLE t(id INTEGER PRIMARY KEY, a)")
        try panel.execute("INSERT INTO t VALUES (1, 'x')")
        _ = try watch.turn()
        try panel.execute(
            "BEGIN; CREATE TABLE t2(id INTEGER PRIMARY KEY, a, b); INSERT INTO t2(id, a) SELECT id, a FROM t; "
                + "DROP TABLE t; ALTER TABLE t2 RENAME TO t; COMMIT; INSERT INTO t VALUES (2, 'lost', 0)")
        _ = try watch.turn()
        let gap = try #require(intake.gaps.first)
        #expect(gap.reason == .triggersMissing && gap.after == 1 && gap.message.contains("of t were gone"))
        #expect(try #require(gap.from) <= gap.until)
        try panel.execute("INSERT INTO t VALUES (3, 'seen', 0)")
        _ = try watch.turn()
        #expect(intake.events.map(\.subject) == ["t/1", "t/3"])
        #expect(intake.gaps.count == 1)
    }

    @Test("a dropped trigger raises a gap")
    func droppedTrigger() throws {
        let (panel, intake, watch) = try started("CREATE TABLE t(id INTEGER PRIMARY KEY, a)")
        try panel.execute("DROP TRIGGER callbackd_t_updated; INSERT INTO t VALUES (1, 'x'); UPDATE t SET a = 'y'")
        _ = try watch.turn()
        #expect(intake.gaps.map(\.reason) == [.triggersMissing])
        #expect(intake.events.count == 1)
        try panel.execute("UPDATE t SET a = 'z'")
        _ = try watch.turn()
        #expect(intake.events.count == 2 && intake.gaps.count == 1)
    }

    @Test("triggers that went while nobody watched are noticed at the next start")
    func droppedWhileStopped() throws {
        let (panel, intake, _) = try started("CREATE TABLE t(id INTEGER PRIMARY KEY, a)")
        try panel.execute("INSERT INTO t VALUES (1, 'x'); DROP TABLE t; CREATE TABLE t(id INTEGER PRIMARY KEY, a)")
        let watch = try panel.watch(panel.settings(tables: [("t", [], [])]), into: intake)
        _ = try watch.turn()
        #expect(intake.gaps.map(\.reason) == [.triggersMissing])
        #expect(intake.events.map(\.subject) == ["t/1"])
    }

    @Test("a column can be dropped between remove --keep-log and the next installation")
    func keepLog() throws {
        let (panel, intake, watch) = try started("CREATE TABLE t(id INTEGER PRIMARY KEY, a, b)")
        try panel.execute("INSERT INTO t VALUES (1, 'x', 2)")
        let settings = panel.settings(tables: [("t", [], [])])
        let installation = try SQLiteInstallation(settings: settings, timekeeper: SystemTimekeeper())
        #expect(throws: SQLiteError.self) { try panel.execute("ALTER TABLE t DROP COLUMN b") }
        try installation.remove(keepLog: true)
        try panel.execute("ALTER TABLE t DROP COLUMN b")
        _ = watch
        try installation.install(into: intake, takeOver: false)
        #expect(intake.events.map(\.words) == [#"t.inserted t/1 new={"id":1,"a":"x","b":2}"#])
        #expect(intake.gaps.map(\.reason) == [.triggersMissing])
        #expect(try installation.status().isIntact)
    }

    @Test("a table that comes later is watched from then on")
    func laterTable() throws {
        let (panel, intake, watch) = try started("CREATE TABLE t(id INTEGER PRIMARY KEY)", ["t", "u"])
        #expect(watch.notes.contains { $0.contains("table u does not exist") })
        try panel.execute("CREATE TABLE u(id INTEGER PRIMARY KEY)")
        _ = try watch.turn()
        try panel.execute("INSERT INTO u VALUES (4)")
        _ = try watch.turn()
        #expect(intake.events.map(\.subject) == ["u/4"])
        #expect(intake.gaps.isEmpty && watch.notes.isEmpty)
    }

    @Test("a table taken out of the configuration loses its triggers, and comes back without a gap")
    func unwatched() throws {
        let (panel, intake, _) = try started(
            "CREATE TABLE t(id INTEGER PRIMARY KEY); CREATE TABLE u(id INTEGER PRIMARY KEY)", ["t", "u"])
        let fewer = try panel.watch(panel.settings(tables: [("t", [], [])]), into: intake)
        _ = try fewer.turn()
        #expect(
            try panel.rows("SELECT count(*) FROM sqlite_schema WHERE tbl_name = 'u' AND type = 'trigger'") == ["i0"])
        let again = try panel.watch(panel.settings(tables: [("t", [], []), ("u", [], [])]), into: intake)
        _ = try again.turn()
        #expect(intake.gaps.isEmpty)
        #expect(
            try panel.rows("SELECT count(*) FROM sqlite_schema WHERE tbl_name = 'u' AND type = 'trigger'") != ["i0"])
    }

    @Test("a view, an unknown key and a table of ours are refused with the reason")
    func refused() throws {
        let panel = try Panel("CREATE TABLE t(id INTEGER PRIMARY KEY); CREATE VIEW v AS SELECT * FROM t")
        for (table, key) in [("v", ""), ("t", "number"), ("sqlite_schema", "")] {
            let settings = panel.settings(tables: [(table, key.isEmpty ? [] : [key], [])])
            #expect { _ = try panel.watch(settings, into: TestIntake()) } throws: { error in
                guard case SourceError.refusedTable(let words)? = error as? SourceError else { return false }
                return words.contains(table)
            }
        }
        let wide = try Panel("CREATE TABLE w(\((0..<1901).map { "c\($0)" }.joined(separator: ", ")))")
        #expect(throws: SourceError.self) {
            _ = try wide.watch(wide.settings(tables: [("w", [], [])]), into: TestIntake())
        }
    }
}
