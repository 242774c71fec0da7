import CallbackCore
import CallbackStore
import CallbackTestKit
import Logging
import Testing

@testable import CallbackEngine

@Suite("The janitor")
struct JanitorTests {
    @Test("finished work goes in short steps, the last event and what is owed stay, and a reload is heard at once")
    func sweeps() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("state.db")
        let action = ScriptedAction { $0.event.sequence == 7 ? .unavailable(retryAfter: .hours(1)) : .delivered }
        let engine = try EngineFixture(statePath: path, targets: [.init(name: "billing", action: action)])
        for batch in 0..<10 {
            try engine.place((0..<200).map { "order/\(batch * 200 + $0)" }, from: Int64(batch * 200 + 1))
        }
        #expect(action.wait { $0.accepted.count == 1999 })
        #expect(engine.settled.wait { engine.loop.queueLine.deliveries == 1 })
        let janitor = Janitor(
            retention: RetentionSettings(age: .days(1), size: 1 << 40), loop: engine.loop,
            timekeeper: SystemTimekeeper(), logger: Logger(label: "test"))
        janitor.start()
        janitor.use(RetentionSettings(age: .zero, size: 1 << 40))
        func kept() throws -> String {
            try Shell.run("/usr/bin/sqlite3", ["-cmd", ".timeout 5000", path, "SELECT sequence FROM events"]).output
        }
        #expect(engine.settled.wait { (try? kept()) == "7\n2000\n" })
        janitor.stop()
        engine.stop()
        // Far above the 2 ms that a step aims at: this machine may be busy with something else.
        #expect(janitor.slowestStep < .milliseconds(500))
        print("the longest step took \(janitor.slowestStep)")
    }

    @Test("steps become smaller where they take long, and larger where they do not")
    func size() {
        var size = SweepSize()
        for _ in 0..<10 { size.adapt(to: 10_000_000) }
        #expect(size.count == 5)
        for _ in 0..<10 { size.adapt(to: 100_000) }
        #expect(size.count == 500)
        size.adapt(to: 1_000_000)
        #expect(size.count == 500)
    }
}
