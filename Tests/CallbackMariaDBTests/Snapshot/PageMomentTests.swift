import CallbackCore
import CallbackRows
import CallbackTestKit
import Testing

@testable import CallbackMariaDB

@Suite("The moment of a page", .serialized)
struct PageMomentTests {
    private func ask(_ watched: WatchedServer, _ tables: SnapshotRun.Table...) {
        watched.intake.ask(SnapshotMemory.begin(SnapshotRun(asked: tables, askedAt: SystemTimekeeper().now())))
    }

    @Test("a page is not older than a change that came through the binlog before tables showed it")
    func changeAhead() throws {
        let server = try PrivateMariaDB()
        try server.sql(
            "CREATE DATABASE psa; CREATE TABLE psa.t (id INT PRIMARY KEY, n INT); INSERT INTO psa.t VALUES (1, 1);")
        let watched = WatchedServer(server, tables: ["t": []])
        try watched.watch()
        // Commits wait for a replica that never comes, after the binlog and before the tables.
        try server.sql(
            "SET GLOBAL rpl_semi_sync_master_timeout = 30000, rpl_semi_sync_master_wait_point = AFTER_SYNC, "
                + "rpl_semi_sync_master_enabled = 1;")
        let writer = try Session(server)
        let thread = try LoopbackThread { try? writer.run("UPDATE t SET n = 2 WHERE id = 1") }
        _ = try watched.events(1)
        #expect(try server.sql("SELECT n FROM psa.t") == "1\n", "tables do not show it yet")
        ask(watched)
        // Heartbeats come while the page is due.
        let begun = watched.intake.lags.count
        try watched.waitUntil("the source has looked") {
            watched.intake.lags.count > begun + 2 || watched.intake.snapshots.last != nil
        }
        try server.sql("SET GLOBAL rpl_semi_sync_master_enabled = 0;")
        thread.join()
        try watched.waitUntil("the snapshot ends") { watched.intake.snapshots.last != nil }
        watched.stop()
        let events = watched.intake.events
        #expect(events.map(\.type) == ["row.changed", "row.existing"])
        #expect(events.map { $0.data["new"]?["n"] } == [2, 2])
    }

    @Test("a page that waits for its place is none of another snapshot's")
    func ofAnotherRun() throws {
        let server = try PrivateMariaDB(["--sync-binlog=0", "--innodb-flush-log-at-trx-commit=0"])
        try server.sql(
            "CREATE DATABASE psa; USE psa; CREATE TABLE t (id INT PRIMARY KEY, n INT); "
                + "INSERT INTO t SELECT seq, 1 + seq DIV 11 FROM seq_1_to_20")
        let watched = WatchedServer(server, tables: ["t": []])
        try watched.watch()
        watched.stop()
        // So many transactions lie before the place of a page that is read now.
        let backlog = 4000
        try server.sql((1...backlog).map { "INSERT INTO psa.t VALUES (\(1000 + $0), 0);" }.joined())
        func run(_ condition: String) -> SnapshotRun {
            SnapshotRun(asked: [.init(name: "t", condition: condition)], askedAt: SystemTimekeeper().now())
        }
        let (first, second) = (run("n = 1"), run("n = 2"))
        watched.intake.ask(SnapshotMemory.begin(first))
        try watched.start()
        try watched.waitUntil("the backlog is being read") { !watched.intake.events.isEmpty }
        watched.intake.ask(SnapshotMemory.begin(second))
        try watched.waitUntil("the second ends") { watched.intake.snapshots.last?.id == second.id }
        let existing = watched.intake.events.filter { $0.type == "row.existing" }
        let ofSecond = existing.filter { $0.data["snapshot"]?.string == second.id }
        #expect(ofSecond.map { $0.data["new"]?["n"]?.integer } == Array(repeating: 2, count: 10))
        #expect(existing.count == 10, "the page of the first was told")
    }

    @Test("names are those of the place where reading begins, whatever isolation the server has as its standard")
    func namesOfTheBeginning() throws {
        let server = try PrivateMariaDB(["--transaction-isolation=READ-COMMITTED"])
        try server.sql("CREATE DATABASE psa; USE psa; \(PsaSchema.sql)")
        let watched = WatchedServer(server, tables: [:], profile: "plesk")
        let other = try Session(server)
        try other.run("LOCK TABLES Templates WRITE")
        try watched.start()
        try watched.waitUntil("the names are being read") {
            do {
                return try server.sql(
                    "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE STATE LIKE 'Waiting for table%lock' "
                        + "AND INFO LIKE '%Templates%'") == "1\n"
            } catch { return false }
        }
        try server.sql(
            "INSERT INTO PlanItems (id, classname, name, uuid) VALUES (9, 'Custom', 'backup', 'u9')", database: "psa")
        try other.run("UNLOCK TABLES")
        let events = try watched.events(1)
        watched.stop()
        #expect(events.map(\.type) == ["plan_item.created"])
    }

    @Test("a table that cannot be read ends the snapshot, and holds up no changes")
    func unreadable() throws {
        let server = try PrivateMariaDB()
        try server.sql(
            "CREATE DATABASE psa; CREATE TABLE psa.t (id INT PRIMARY KEY); CREATE TABLE psa.u (id INT PRIMARY KEY); "
                + "ALTER TABLE psa.t DISCARD TABLESPACE;")
        let watched = WatchedServer(server, tables: ["t": [], "u": []])
        ask(watched, .init(name: "t"))
        try watched.watch()
        try server.sql("INSERT INTO psa.u VALUES (1);")
        #expect(try watched.events(1).map(\.subject) == ["u/1"])
        try watched.waitUntil("the snapshot ends") { watched.intake.snapshots.last != nil }
        watched.stop()
        #expect(watched.intake.snapshots.last?.reason?.contains("the table t cannot be read") == true)
    }

    private func refusal(_ schema: String, key: [String] = []) throws -> String? {
        let server = try PrivateMariaDB()
        try server.sql("CREATE DATABASE psa; USE psa; \(schema)")
        let session = try Session(server)
        try TablePages.begin(on: session.connection)
        let pages = TablePages(
            connection: session.connection, watch: TableWatch(table: "t", redaction: .named([]), key: key))
        do {
            let page = try pages.page(where: nil, after: nil)
            #expect(page?.rows.map { RowKey.json($0.key)?.text } == ["[1]", "[2]"])
            return nil
        } catch let refusal as SnapshotReading.Refusal {
            return refusal.description
        }
    }

    @Test("pages follow the server's own key, and a table without transactions has none")
    func keys() throws {
        let rows = "INSERT INTO t VALUES (1, NULL), (2, NULL)"
        #expect(try refusal("CREATE TABLE t (id INT PRIMARY KEY, n INT); \(rows)", key: ["n"]) == nil)
        #expect(try refusal("CREATE TABLE t (id INT, n INT UNIQUE); \(rows)", key: ["id"])?.contains("no key") == true)
        #expect(try refusal("CREATE TABLE t (id FLOAT PRIMARY KEY)")?.contains("no key") == true)
        let engine = "CREATE TABLE t (id INT PRIMARY KEY, n INT) ENGINE"
        #expect(try refusal("\(engine)=MyISAM; \(rows)")?.contains("without transactions") == true)
        #expect(try refusal("\(engine)=InnoDB PARTITION BY HASH (id) PARTITIONS 2; \(rows)") == nil)
    }

    @Test("tables whose names differ by capitals are told apart, or not, as the server does", arguments: [0, 1])
    func capitals(folding: Int) throws {
        let server = try PrivateMariaDB(["--lower-case-table-names=\(folding)"])
        try server.sql(
            "CREATE DATABASE psa; USE psa; CREATE TABLE Orders (id INT PRIMARY KEY); INSERT INTO Orders VALUES (1);"
                + (folding == 0
                    ? "CREATE TABLE ORDERS (x INT, y INT PRIMARY KEY) ENGINE=MyISAM; CREATE TABLE orders (z INT);" : "")
        )
        let watched = WatchedServer(server, tables: ["Orders": []])
        ask(watched)
        try watched.watch()
        try watched.waitUntil("the snapshot ends") { watched.intake.snapshots.last != nil }
        watched.stop()
        #expect(watched.intake.snapshots.last?.reason == nil)
        #expect(watched.intake.events.map(\.subject) == ["Orders/1"])
    }

    @Test("a condition that closes its bracket itself is refused")
    func brackets() throws {
        let server = try PrivateMariaDB()
        try server.sql("CREATE DATABASE psa; CREATE TABLE psa.t (id INT PRIMARY KEY); INSERT INTO psa.t VALUES (1);")
        let session = try Session(server)
        let pages = TablePages(connection: session.connection, watch: TableWatch(table: "t", redaction: .named([])))
        #expect(throws: SnapshotReading.Refusal.self) { try pages.page(where: "1) IS TRUE), ((1", after: nil) }
    }
}
