import CallbackCore
import CallbackTestKit
@testable import CallbackRows
import CallbackTestKit
import Foundation
import Synchronization
import Testing

@testable import CallbackSources

/// A source on a thread of its own, which ends with the value.
final class RunningSource: Sendable {
    let source: SQLiteSource
    private let end = DispatchSemaphore(value: 0)
    private let failure = Mutex<(any Error)?>(nil)

    init(
        _ settings: SourceSettings,
        into intake: TestIntake
    ) throws {
        let source = try SQLiteSource(settings: settings, timekeeper: SystemTimekeeper())
        self.source = source
        Thread.detachNewThread { [self] in
            do { try source.run(into: intake) } catch { failure.withLock { $0 = error } }
            end.signal()
        }
    }

    /// Waits for the end of `run`, at most ten seconds, and gives its error.
    func ended() -> (isOver: Bool, error: (any Error)?) {
        let isOver = end.wait(timeout: .now() + 10) == .success
        if isOver { end.signal() }
        return (isOver, failure.withLock { $0 })
    }

    func stop() -> Bool {
        source.stop()
        return ended().isOver
    }
}

/// Looks again and again until it is true, at most ten seconds.
func eventually(_ condition: () -> Bool) -> Bool {
    let end = SystemTimekeeper().monotonic() + 10_000_000_000
    while SystemTimekeeper().monotonic() < end {
        if condition() { return true }
        poll(nil, 0, 1)
    }
    return false
}

@Suite("A running source", .serialized)
struct SQLiteSourceTests {
    private func settings(_ panel: Panel) -> SourceSettings { panel.settings(tables: [("t", [], [])]) }

    @Test("sees each commit and stops when told", arguments: ["WAL", "DELETE"])
    func runs(_ journal: String) throws {
        let panel = try Panel("CREATE TABLE t(id INTEGER PRIMARY KEY)", journal: journal)
        let intake = TestIntake()
        let running = try RunningSource(settings(panel), into: intake)
        #expect(eventually { intake.statuses.contains(.watching) })
        for number in 1...300 { try panel.execute("INSERT INTO t VALUES (\(number))") }
        #expect(eventually { intake.events.count == 300 })
        #expect(intake.events.map(\.subject) == (1...300).map { "t/\($0)" })
        #expect(running.stop())
        #expect(intake.statuses == [.starting, .watching] && running.ended().error == nil)
    }

    @Test("a missing database is waited for")
    func missing() throws {
        let panel = try Panel("CREATE TABLE t(id INTEGER PRIMARY KEY)")
        try FileManager.default.moveItem(atPath: panel.path, toPath: panel.path + ".away")
        let intake = TestIntake()
        let running = try RunningSource(settings(panel), into: intake)
        #expect(
            eventually { intake.statuses.contains(.waiting(SourceError.databaseMissing(path: panel.path).description)) }
        )
        try FileManager.default.moveItem(atPath: panel.path + ".away", toPath: panel.path)
        #expect(eventually { intake.statuses.last == .watching })
        #expect(running.stop())
        #expect(!FileManager.default.fileExists(atPath: panel.path + "-none"))
    }

    @Test("a locked database is waited for, and its writer never waits for us")
    func locked() throws {
        let panel = try Panel("CREATE TABLE t(id INTEGER PRIMARY KEY)", journal: "DELETE")
        try panel.execute("BEGIN EXCLUSIVE")
        let intake = TestIntake()
        let running = try RunningSource(settings(panel), into: intake)
        #expect(eventually { intake.statuses.contains(.waiting(SourceError.locked(path: panel.path).description)) })
        try panel.execute("COMMIT")
        #expect(eventually { intake.statuses.last == .watching })
        try panel.execute("INSERT INTO t VALUES (1)")
        #expect(eventually { intake.events.count == 1 })
        #expect(running.stop())
    }

    @Test("a database that is replaced while running raises a gap and is watched on")
    func replaced() throws {
        let panel = try Panel("CREATE TABLE t(id INTEGER PRIMARY KEY)")
        let intake = TestIntake()
        let running = try RunningSource(settings(panel), into: intake)
        #expect(eventually { intake.statuses.contains(.watching) })
        try panel.execute("INSERT INTO t VALUES (1)")
        #expect(eventually { intake.events.count == 1 })
        try panel.backUp(to: "copy.db")
        try panel.execute("INSERT INTO t VALUES (2)")
        #expect(eventually { intake.events.count == 2 })
        try panel.restore(from: "copy.db")
        #expect(eventually { intake.gaps.map(\.reason) == [.replaced] && intake.mark?.isInstalled == true })
        try panel.execute("INSERT INTO t VALUES (7)")
        #expect(eventually { intake.events.last?.subject == "t/7" })
        #expect(running.stop())
        #expect(intake.events.count == 3)
    }

    @Test("another daemon's log ends the run with the words that help")
    func owned() throws {
        let panel = try Panel("CREATE TABLE t(id INTEGER PRIMARY KEY)")
        _ = try panel.watch(settings(panel), into: TestIntake(stateID: "other"))
        let running = try RunningSource(settings(panel), into: TestIntake())
        let (isOver, error) = running.ended()
        #expect(isOver)
        #expect(error as? SourceError == .ownedByAnother(source: "panel", path: panel.path))
        #expect("\(try #require(error))".contains("callbackd source install panel --take-over"))
    }

    @Test("a writer under load loses nothing while the log is read and trimmed")
    func underLoad() throws {
        let panel = try Panel("CREATE TABLE t(id INTEGER PRIMARY KEY, a UNIQUE)")
        let intake = TestIntake()
        let running = try RunningSource(settings(panel), into: intake)
        #expect(eventually { intake.statuses.contains(.watching) })
        var random = SeededGenerator(seed: 5)
        for _ in 0..<2000 {
            try panel.execute("REPLACE INTO t VALUES (\(random.next() % 50), \(random.next() % 50))")
        }
        let last = try #require(try LogTable(connection: panel.connection).last()?.position)
        #expect(eventually { intake.mark?.position == last })
        #expect(running.stop())
        var replica = try Replica(Panel("CREATE TABLE t(id INTEGER PRIMARY KEY, a UNIQUE)"), "t")
        replica.apply(intake.events)
        let truth = try Replica.read(panel, "t")
        #expect(replica.rows == truth)
    }
}
