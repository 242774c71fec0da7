import CallbackCore
import CallbackTestKit
import Synchronization
import Testing

@testable import CallbackSources

@Suite("A change log that nobody takes in", .serialized)
struct LogPressureTests {
    private let panel: Panel
    private let intake = TestIntake()

    init() throws { panel = try Panel("CREATE TABLE t(id INTEGER PRIMARY KEY, text TEXT)") }

    private func start(_ fullLog: LimitSettings.FullLog) throws -> RunningSource {
        use(LimitSettings(inFlight: 1, panelLog: 100_000, panelLogFull: fullLog))
        let running = try RunningSource(panel.settings(tables: [("t", [], [])]), into: intake)
        #expect(eventually { intake.statuses.contains(.watching) })
        return running
    }

    private func use(_ limits: LimitSettings) { intake.state.withLock { $0.limits = limits } }

    private func pause(_ words: String?) { intake.state.withLock { $0.pause = words } }

    private func write(_ count: Int, from first: Int) throws {
        try panel.execute(
            """
            WITH RECURSIVE n(i) AS (SELECT \(first) UNION ALL SELECT i + 1 FROM n WHERE i < \(first + count - 1))
            INSERT INTO t SELECT i, printf('%0100d', i) FROM n
            """)
    }

    private func isWaiting(_ words: String) -> Bool {
        eventually {
            guard case .waiting(let found)? = intake.statuses.last else { return false }
            return found.contains(words)
        }
    }

    private func triggers() throws -> Int64 {
        try panel.connection.integer("SELECT count(*) FROM sqlite_schema WHERE type = 'trigger'") ?? -1
    }

    @Test("a paused intake is told with its reason; at 80 % the log is told, too")
    func alarm() throws {
        let running = try start(.keep)
        pause("too much is owed")
        try write(10, from: 1)
        #expect(isWaiting("too much is owed"))
        #expect(!intake.statuses.contains { "\($0)".contains("80 %") })
        // About 150 bytes each.
        try write(560, from: 11)
        #expect(
            isWaiting("too much is owed; the change log in \(panel.path) is more than 80 % full (limits: panel-log"))
        pause(nil)
        #expect(eventually { intake.events.count == 570 })
        #expect(eventually { intake.statuses.last == .watching })
        #expect(running.stop())
        #expect(intake.gaps.isEmpty)
    }

    @Test("a source tells how far it is behind, paused or not, and that it is no longer behind")
    func lag() throws {
        let running = try start(.keep)
        pause("too much is owed")
        let begin = SystemTimekeeper().now()
        try write(10, from: 1)
        #expect(eventually { intake.lags.contains { $0?.changes == 10 } })
        try write(5, from: 11)
        #expect(eventually { intake.lags.last??.changes == 15 })
        let since = try #require(intake.lags.last??.since)
        // The earliest of them counts. The log's clock is that of SQLite, which rounds to milliseconds.
        #expect(abs(since.milliseconds - begin.milliseconds) < 1000)
        #expect(intake.lags.compactMap { $0?.since } == Array(repeating: since, count: intake.lags.count { $0 != nil }))
        pause(nil)
        #expect(eventually { intake.events.count == 15 })
        #expect(eventually { intake.lags.last == .some(nil) })
        #expect(running.stop())
    }

    @Test("keep: a full log grows on, and nothing is lost")
    func keep() throws {
        let running = try start(.keep)
        pause("too much is owed")
        try write(1000, from: 1)
        #expect(isWaiting("grows on, because of panel-log-full: keep"))
        try write(1000, from: 1001)
        #expect(try triggers() > 0)
        pause(nil)
        #expect(eventually { intake.events.count == 2000 })
        #expect(running.stop())
        #expect(intake.gaps.isEmpty)
    }

    @Test("a limit that is changed meanwhile holds at the next look")
    func changedLimit() throws {
        let running = try start(.keep)
        pause("too much is owed")
        try write(1000, from: 1)
        #expect(isWaiting("grows on, because of panel-log-full: keep"))
        use(LimitSettings(inFlight: 1, panelLog: 1 << 30))
        #expect(eventually { intake.statuses.last == .waiting("too much is owed") })
        use(LimitSettings(inFlight: 1, panelLog: 1000, panelLogFull: .gap))
        #expect(isWaiting("nothing more is recorded, because of panel-log-full: gap"))
        #expect(try triggers() == 0)
        #expect(running.stop())
    }

    @Test("gap: a full log ends the recording and says so; what it holds is read later, and the span is a gap")
    func gap() throws {
        let running = try start(.gap)
        pause("too much is owed")
        try write(1000, from: 1)
        #expect(isWaiting("nothing more is recorded, because of panel-log-full: gap"))
        #expect(try triggers() == 0)
        #expect(intake.gaps.map(\.reason) == [.logFull])
        // Lost, and told: the panel's own writes go on as ever.
        try write(500, from: 1001)
        #expect(try panel.connection.integer("SELECT count(*) FROM callbackd_log") == 1000)
        pause(nil)
        #expect(eventually { intake.events.count == 1000 })
        #expect(eventually { intake.gaps.count == 2 })
        #expect(intake.gaps.map(\.reason) == [.logFull, .triggersMissing])
        #expect(intake.gaps[1].from != nil)
        try write(1, from: 5000)
        #expect(eventually { intake.events.count == 1001 })
        #expect(running.stop())
        #expect(intake.events.last?.subject == "t/5000")
    }
}
