import CallbackCore
import CallbackTestKit
import Foundation
import Synchronization
import Testing

@testable import CallbackRows
@testable import CallbackSources

/// Follows what was told of a table row by row, and holds every event against what was told before.
private struct Follower {
    /// The state that was last told of each row; at first what was there when the source began.
    private var states: [String: String]
    private(set) var found: [String: Int] = [:]
    private(set) var touched: Set<String> = []

    init(_ rows: [(key: String, row: String)]) {
        states = Dictionary(rows.map { ($0.key, $0.row) }, uniquingKeysWith: { first, _ in first })
    }

    mutating func take(_ events: [CapturedEvent], _ seed: UInt64) {
        for event in events {
            let (new, old) = (Self.row(event.data["new"]), Self.row(event.data["old"]))
            if event.type == "t.existing" {
                // Neither older than what was told, nor of a row that is gone, nor newer than what is told later.
                #expect(states[event.subject] == new?.text, "seed \(seed): \(event.words)")
                found[event.subject, default: 0] += 1
                continue
            }
            if let old {
                let key = "t/\(old["id"]?.text ?? "")"
                touched.insert(key)
                #expect(states[key] == old.text, "seed \(seed): \(event.words)")
                states[key] = nil
            }
            if let new {
                touched.insert(event.subject)
                states[event.subject] = new.text
            }
        }
    }

    private static func row(_ side: JSONValue?) -> JSONValue? { side == .some(.null) ? .none : side }

    func expectEnd(_ rows: [(key: String, row: String)], begin: Set<String>, _ seed: UInt64) {
        #expect(states == Dictionary(uniqueKeysWithValues: rows.map { ($0.key, $0.row) }), "seed \(seed)")
        #expect(found.values.allSatisfy { $0 == 1 }, "seed \(seed)")
        let untold = begin.subtracting(touched).subtracting(found.keys)
        #expect(untold.isEmpty, "seed \(seed): never told: \(untold.sorted().prefix(5))")
    }
}

@Suite("Snapshots while the panel writes")
struct SnapshotWriteTests {
    private static let schema = """
        CREATE TABLE t(id INTEGER PRIMARY KEY, a);
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) INSERT INTO t SELECT i * 2, 0 FROM n
        """

    private static func rows(_ panel: Panel) throws -> [(key: String, row: String)] {
        try panel.connection.rows("SELECT id, a FROM t").map { row in
            let id = row[0].integer ?? 0
            let value: JSONValue = ["id": .integer(id), "a": row[1].integer.map { .integer($0) } ?? .null]
            return ("t/\(id)", value.text)
        }
    }

    private static func statement(_ random: inout SeededGenerator) -> String {
        let id = Int.random(in: 1...4100, using: &random)
        let value = Int.random(in: 1...1_000_000, using: &random)
        switch Int.random(in: 0..<8, using: &random) {
        case 0: return "INSERT OR REPLACE INTO t VALUES (\(id), \(value))"
        case 1: return "DELETE FROM t WHERE id = \(id)"
        case 2: return "DELETE FROM t WHERE id BETWEEN \(id) AND \(id + 20)"
        case 3: return "UPDATE OR IGNORE t SET id = \(value % 4100) WHERE id = \(id)"
        case 4: return "UPDATE t SET a = \(value) WHERE id BETWEEN \(id) AND \(id + 30)"
        case 5: return "BEGIN; UPDATE t SET a = a + 1 WHERE id = \(id); DELETE FROM t WHERE id = \(id + 2); COMMIT"
        case 6: return "BEGIN; DELETE FROM t WHERE id > \(id); ROLLBACK"
        default: return "UPDATE t SET a = \(value) WHERE id = \(id)"
        }
    }

    @Test(
        "no row is told older after newer, and none that stays is left out, through writes and crashes",
        arguments: (0..<6).map { _ in UInt64.random(in: 1...999_999_999) })
    func writes(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let bench = try SnapshotBench(Self.schema)
        var watch = try bench.panel.watch(bench.settings, into: bench.intake)
        _ = try watch.turn()
        let begin = try Self.rows(bench.panel)
        var follower = Follower(begin)
        bench.ask()
        var crashes = 0
        while bench.intake.snapshots.last == nil {
            do {
                switch Int.random(in: 0..<10, using: &random) {
                case 0..<5: try bench.panel.execute(Self.statement(&random))
                case 5: _ = try watch.turn()
                case 6:
                    // A crash between two pages, or before a page is on disk.
                    crashes += 1
                    bench.intake.state.withLock { $0.failsCommit = Bool.random(using: &random) }
                    _ = try watch.readPage(isConfigured: false)
                    throw Restart()
                default: _ = try watch.readPage(isConfigured: false)
                }
            } catch {
                guard error is Restart || error is TestIntake.Unwritable else { throw error }
                bench.intake.state.withLock { $0.failsCommit = false }
                watch = try bench.panel.watch(bench.settings, into: bench.intake)
                _ = try watch.turn()
            }
            follower.take(bench.intake.drain(), seed)
        }
        _ = try watch.turn()
        follower.take(bench.intake.drain(), seed)
        follower.expectEnd(try Self.rows(bench.panel), begin: Set(begin.map(\.key)), seed)
        #expect(bench.intake.snapshots.last?.reason == nil)
        #expect(crashes > 0 || follower.found.count > 0)
    }

    @Test("the same while another thread of the panel writes all the time", arguments: ["WAL", "DELETE"])
    func concurrently(journal: String) throws {
        let seed = UInt64.random(in: 1...999_999_999)
        let panel = try Panel(Self.schema, journal: journal)
        let settings = panel.settings(tables: [("t", [], [])])
        let intake = TestIntake()
        let watch = try panel.watch(settings, into: intake)
        _ = try watch.turn()
        let begin = try Self.rows(panel)
        var follower = Follower(begin)
        intake.ask(SnapshotMemory.begin(SnapshotRun(asked: [], askedAt: SystemTimekeeper().now())))
        let isOver = Mutex(false)
        let ended = DispatchSemaphore(value: 0)
        let path = panel.path
        Thread.detachNewThread {
            defer { ended.signal() }
            var random = SeededGenerator(seed: seed)
            guard let connection = try? SQLiteConnection(path: path) else { return }
            connection.setPatience(milliseconds: 20_000)
            while !isOver.withLock({ $0 }) {
                // A statement that fails rolled itself back, and an open transaction is closed by the next one.
                do { try connection.execute(Self.statement(&random)) } catch { connection.rollBack() }
            }
        }
        while intake.snapshots.last == nil {
            do {
                _ = try watch.turn()
                _ = try watch.readPage(isConfigured: false)
            } catch let error as SQLiteError where error.isBusy {}
            follower.take(intake.drain(), seed)
        }
        isOver.withLock { $0 = true }
        ended.wait()
        while try watch.turn() {}
        follower.take(intake.drain(), seed)
        follower.expectEnd(try Self.rows(panel), begin: Set(begin.map(\.key)), seed)
    }
}
