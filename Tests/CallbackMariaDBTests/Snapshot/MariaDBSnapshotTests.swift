import CallbackCore
import CallbackTestKit
import Synchronization
import Testing

@testable import CallbackMariaDB

@Suite("Snapshots of MariaDB", .serialized)
struct MariaDBSnapshotTests {
    private static let captures = [MariaDBPlan.Capture.binlog, .changeTable]

    private func watched(_ capture: MariaDBPlan.Capture, _ schema: String) throws -> WatchedServer {
        let server = try PrivateMariaDB()
        try server.sql("CREATE DATABASE psa; USE psa; \(schema)")
        let watched = WatchedServer(server, tables: ["t": []], own: ["capture": .text(capture.rawValue)])
        if capture == .changeTable {
            try ChangeTableInstallation(settings: watched.settings) { _ in nil }
                .install(as: .init(user: "root", password: nil))
        }
        return watched
    }

    private func ask(_ watched: WatchedServer, _ tables: SnapshotRun.Table...) {
        watched.intake.ask(SnapshotMemory.begin(SnapshotRun(asked: tables, askedAt: SystemTimekeeper().now())))
    }

    private func waitForEnd(_ watched: WatchedServer, within limit: Duration = .seconds(30)) throws {
        try watched.waitUntil("the snapshot ends: \(watched.intake.statuses)", within: limit) {
            let memory = watched.intake.snapshots
            return memory.run == nil && memory.last != nil
        }
    }

    /// Keys of every kind that sorts in its own way.
    private static let schemas = [
        "CREATE TABLE t (id INT PRIMARY KEY, n INT); INSERT INTO t SELECT seq * 3, seq FROM seq_1_to_1300",
        "CREATE TABLE t (a VARCHAR(20), b INT, n INT, PRIMARY KEY (a, b)); "
            + "INSERT INTO t SELECT CONCAT('K', seq DIV 7), seq, 1 FROM seq_1_to_900; "
            + "INSERT INTO t SELECT CONCAT('ä''\\\\', seq DIV 300), -seq, 1 FROM seq_1_to_700",
        "CREATE TABLE t (a DECIMAL(30,10), b ENUM('z','a','m'), c BIGINT UNSIGNED, n INT, PRIMARY KEY (b, a, c)); "
            + "INSERT INTO t SELECT seq / 3, 1 + seq % 3, 18446744073709551615 - seq, 1 FROM seq_1_to_1600",
        "CREATE TABLE t (a VARBINARY(8), b DATETIME(3), n INT, PRIMARY KEY (a, b)); "
            + "INSERT INTO t SELECT CHAR(seq % 256, seq DIV 256), '2026-01-01' + INTERVAL seq * 1000 MICROSECOND, 1 "
            + "FROM seq_1_to_1200",
        "CREATE TABLE t (id INT PRIMARY KEY, big LONGTEXT); INSERT INTO t SELECT seq, REPEAT('x', 800000) FROM seq_1_to_40",
        "CREATE TABLE t (id INT PRIMARY KEY)",
    ]

    @Test("every row that is there is told once, whatever its key is", arguments: schemas)
    func everyRow(schema: String) throws {
        let watched = try watched(.binlog, schema)
        ask(watched)
        try watched.watch()
        try waitForEnd(watched)
        let count = try #require(Int(try watched.server.sql("SELECT COUNT(*) FROM psa.t").filter(\.isNumber)))
        let events = watched.intake.events
        #expect(events.count == count)
        #expect(Set(events.map(\.subject)).count == count)
        #expect(events.allSatisfy { $0.type == "row.existing" && $0.data["old"] == .null })
        #expect(watched.intake.snapshots.last?.reason == nil && watched.intake.snapshots.last?.rows == Int64(count))
        #expect(watched.intake.gaps.isEmpty)
    }

    @Test("a row that is there has the values that its insertion had, of every type", arguments: captures)
    func types(capture: MariaDBPlan.Capture) throws {
        let server = try PrivateMariaDB(["--sql-mode=", "--default-time-zone=+03:00"])
        try server.sql("CREATE DATABASE psa CHARACTER SET utf8mb4")
        let cases = TypeCase.all
        let names = cases.indices.map { "t\($0)" }
        try server.sql(
            cases.indices.map { "CREATE TABLE t\($0) (id INT PRIMARY KEY, a \(cases[$0].type));" }.joined(
                separator: "\n"),
            database: "psa")
        let watched = WatchedServer(
            server, tables: Dictionary(uniqueKeysWithValues: names.map { ($0, []) }),
            own: ["capture": .text(capture.rawValue)])
        if capture == .changeTable {
            try ChangeTableInstallation(settings: watched.settings) { _ in nil }
                .install(as: .init(user: "root", password: nil))
        }
        try watched.watch()
        var rows = 0
        var statements = ""
        for (number, type) in cases.enumerated() {
            let values = type.values.isEmpty ? ["DEFAULT"] : type.values + ["NULL"]
            for (index, value) in values.enumerated() {
                statements += "INSERT INTO t\(number) (id, a) VALUES (\(index), \(value));\n"
            }
            rows += values.count
        }
        try server.sql(statements, database: "psa")
        _ = try watched.events(rows)
        ask(watched)
        let events = try watched.events(2 * rows)
        var inserted: [String: JSONValue] = [:]
        for event in events[..<rows] { inserted[event.subject] = event.data["new"] }
        for event in events[rows...] {
            let type = Int(event.subject.dropFirst().prefix { $0 != "/" }).map { cases[$0].type } ?? "?"
            #expect(event.type == "row.existing")
            #expect(event.data["new"] == inserted[event.subject], "\(type) of \(event.subject)")
        }
    }

    @Test("a condition chooses rows; one that is wrong ends the snapshot with its reason, and is refused before")
    func conditions() throws {
        let watched = try watched(
            .binlog, "CREATE TABLE t (id INT PRIMARY KEY, n INT); INSERT INTO t SELECT seq, seq % 10 FROM seq_1_to_1200"
        )
        ask(watched, .init(name: "t", condition: "n = 3 -- or so"))
        try watched.watch()
        try waitForEnd(watched)
        #expect(watched.intake.events.count == 120)
        #expect(watched.intake.events.allSatisfy { $0.data["new"]?["n"] == 3 })
        let check = try MariaDBSnapshotCheck(settings: watched.settings) { _ in nil }
        #expect(try check.objection(to: [.init(name: "t", condition: "n = 3")]) == nil)
        #expect(try check.objection(to: [.init(name: "t", condition: "nn = 3")])?.contains("nn") == true)
        #expect(try check.objection(to: [.init(name: "tt")])?.contains("did you mean t?") == true)
    }

    /// Changes rows at random: each change raises `n` of a row, so that an older state shows.
    private final class Writer: Sendable {
        private let isOver = Mutex(false)
        private let server: PrivateMariaDB

        init(_ server: PrivateMariaDB) { self.server = server }

        func end() { isOver.withLock { $0 = true } }

        func run() {
            var next = 100_000
            while !isOver.withLock({ $0 }) {
                var statements = ""
                for _ in 0..<20 {
                    let id = Int.random(in: 1...3000)
                    switch Int.random(in: 0..<10) {
                    case 0: statements += "DELETE FROM t WHERE id = \(id); "
                    case 1:
                        next += 1
                        statements += "INSERT INTO t VALUES (\(next), 1); "
                    case 2: statements += "BEGIN; UPDATE t SET n = n + 1 WHERE id BETWEEN \(id) AND \(id + 9); COMMIT; "
                    default: statements += "UPDATE t SET n = n + 1 WHERE id = \(id); "
                    }
                }
                _ = try? server.sql(statements, database: "psa")
            }
        }
    }

    @Test(
        "while rows change and the source is ended again and again, no row is told in an older state after a newer one, and all are told",
        arguments: captures)
    func amongChanges(capture: MariaDBPlan.Capture) throws {
        let watched = try watched(
            capture, "CREATE TABLE t (id INT PRIMARY KEY, n INT); INSERT INTO t SELECT seq, 1 FROM seq_1_to_6000")
        try watched.watch()
        let writer = Writer(watched.server)
        let thread = try LoopbackThread { writer.run() }
        ask(watched)
        for _ in 0..<8 {
            let before = watched.intake.events.count
            _ = try? watched.events(before + 300, within: .seconds(2))
            watched.stop()
            try watched.watch()
        }
        try waitForEnd(watched)
        writer.end()
        thread.join()
        // The last change of all, behind which nothing is on its way.
        try watched.server.sql("INSERT INTO psa.t VALUES (999999, 1)")
        try watched.waitUntil("the end is told") { watched.intake.events.contains { $0.subject == "t/999999" } }
        watched.stop()

        var states: [String: (n: Int64, isThere: Bool)] = [:]
        var existing: [String: Int] = [:]
        for event in watched.intake.events {
            let state = states[event.subject]
            switch event.type {
            case "row.removed": states[event.subject] = ((event.data["old"]?["n"]?.integer ?? 0), false)
            default:
                let number = event.data["new"]?["n"]?.integer ?? 0
                if let state, state.isThere { #expect(number >= state.n, "\(event.subject) went back") }
                if event.type == "row.existing" {
                    existing[event.subject, default: 0] += 1
                    #expect(state?.isThere != false, "\(event.subject) was told after its end")
                }
                states[event.subject] = (number, true)
            }
        }
        #expect(existing.values.allSatisfy { $0 == 1 }, "no row twice")
        // What is there now is what was told.
        let rows = try watched.server.sql("SELECT id, n FROM psa.t").split(separator: "\n").map {
            $0.split(separator: "\t").compactMap { Int64($0) }
        }
        let there = states.filter(\.value.isThere)
        #expect(there.count == rows.count)
        #expect(rows.allSatisfy { there["t/\($0[0])"]?.n == $0[1] })
        #expect(watched.intake.gaps.isEmpty)
    }
}
