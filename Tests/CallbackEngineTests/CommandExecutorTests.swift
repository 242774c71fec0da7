import CallbackCore
import CallbackEngine
import CallbackStore
import CallbackTestKit
import Glibc
import Testing

/// A state file with two deliveries that wait for `billing` and one dead one of `hook`.
private struct CommandFixture {
    static let now = Timestamp(milliseconds: 1_700_000_000_000)

    let folder: TemporaryFolder
    let path: String
    let file: StateFile
    let registry: Registry
    let writer: StateWriter

    init() throws {
        folder = try TemporaryFolder()
        path = folder.file("state.db")
        file = try StateFile(path: path)
        registry = try file.register(rules: ["bill"], targets: ["billing", "hook"])
        writer = try StateWriter(file)
        let rule = try #require(registry.rules["bill"])
        let targets = (try #require(registry.targets["billing"]), try #require(registry.targets["hook"]))
        var turn = Turn()
        turn.intakes = [
            IntakeEntry(
                source: "panel", book: 1,
                events: [targets.0, targets.0, targets.1].enumerated().map { index, target in
                    let id = EventID.random()
                    let subject = "order/\(index)"
                    return IntakeEntry.EventEntry(
                        id: id, type: "order.placed", subject: subject, time: Self.now,
                        draft: CloudEvent.draft(
                            id: id, source: "/s", type: "order.placed", subject: subject, time: Self.now, data: .null),
                        deliveries: [.init(rule: rule, target: target, lane: nil)])
                },
                mark: Mark(incarnation: "in", position: 1, nonce: 1, isInstalled: true),
                gap: Gap(reason: .trimmed, message: "gone", after: 1, from: nil, until: Self.now))
        ]
        let made = try writer.write(turn, now: Self.now)
        var end = Turn()
        end.settlements = [
            Settlement(
                of: made[2], attempt: 1,
                report: AttemptReport(
                    delivery: made[2].id, outcome: .refused, startedAt: Self.now, duration: .zero, reason: "410"),
                decision: .dead(.refused))
        ]
        _ = try writer.write(end, now: Self.now)
    }

    func execute(_ command: OperatorCommand) throws -> CommandAnswer {
        let executor = CommandExecutor(registry: registry)
        var answer = CommandAnswer(items: [])
        _ = try writer.write(Turn(), commands: [{ answer = try executor.execute(command, $0) }], now: Self.now)
        return answer
    }

    func state(_ delivery: String) throws -> DeliveryState? {
        try StateQueries(path: path).delivery(try #require(DeliveryID(delivery)))?.summary.state
    }
}

@Suite("operators' commands")
struct CommandExecutorTests {
    @Test("hold, release, retry and cancel find the target of a delivery by themselves")
    func waiting() throws {
        let fixture = try CommandFixture()
        #expect(try fixture.execute(.hold(["1-1", "2-1"])).allDone)
        #expect(try fixture.state("1-1") == .held)
        #expect(try fixture.execute(.release(["1-1"])).allDone)
        #expect(try fixture.state("1-1") == .deferred)
        #expect(try fixture.execute(.retry(["1-1", "2-1"])).allDone)
        #expect(try fixture.state("2-1") == .deferred)
        #expect(try fixture.execute(.cancel(["1-1"])).allDone)
        #expect(try fixture.state("1-1") == .cancelled)
    }

    @Test("each delivery gets its own answer, in the order asked, and one that fails stops no other")
    func mixed() throws {
        let fixture = try CommandFixture()
        let answer = try fixture.execute(.hold(["9-1", "word", "3-1", "2-1"]))
        #expect(answer.items.map(\.name) == ["9-1", "word", "3-1", "2-1"])
        #expect(answer.items.map(\.done) == [false, false, false, true])
        #expect(answer.items[1].words.contains("like 42-1"))
        #expect(!answer.allDone)
        #expect(try fixture.state("2-1") == .held)
    }

    @Test("a dead letter is queued again, or discarded, once")
    func dead() throws {
        let fixture = try CommandFixture()
        #expect(try fixture.execute(.discard(["1-1"])).items.map(\.done) == [false])
        #expect(try fixture.execute(.redrive(["3-1"])).allDone)
        #expect(try fixture.state("3-1") == .deferred)
        #expect(try !fixture.execute(.redrive(["3-1"])).allDone)
        let other = try CommandFixture()
        #expect(try other.execute(.discard(["3-1"])).allDone)
        #expect(try other.state("3-1") == .discarded)
        #expect(try !other.execute(.redrive(["3-1"])).allDone)
    }

    @Test("what does not wait is neither released nor retried")
    func notWaiting() throws {
        let fixture = try CommandFixture()
        #expect(try !fixture.execute(.release(["1-1"])).allDone)
        #expect(try !fixture.execute(.retry(["3-1"])).allDone)
        #expect(try !fixture.execute(.cancel(["3-1"])).allDone)
        #expect(try fixture.state("3-1") == .dead)
    }

    @Test("a target is paused and resumed by its name, and a slip is named")
    func targets() throws {
        let fixture = try CommandFixture()
        let queries = try StateQueries(path: fixture.path)
        #expect(try fixture.execute(.pause(target: "billing")).allDone)
        #expect(try queries.targets().map(\.isPaused) == [true, false])
        #expect(try fixture.execute(.resume(target: "billing")).allDone)
        #expect(try queries.targets().map(\.isPaused) == [false, false])
        let slip = try fixture.execute(.pause(target: "biling"))
        #expect(slip.items.map(\.done) == [false])
        #expect(slip.items[0].words == "there is no such target; did you mean \"billing\"?")
        let other = try fixture.execute(.enable(target: "nosuch"))
        #expect(other.items[0].words == "there is no such target; there are: billing, hook")
    }

    @Test("an open gap is accepted once")
    func gap() throws {
        let fixture = try CommandFixture()
        #expect(try fixture.execute(.acceptGap(source: "panel")).allDone)
        #expect(try StateQueries(path: fixture.path).sources().first?.gap == nil)
        #expect(try !fixture.execute(.acceptGap(source: "panel")).allDone)
        #expect(try !fixture.execute(.acceptGap(source: "other")).allDone)
    }
}

@Suite("commands where no daemon runs")
struct OfflineStateTests {
    @Test("a command is carried out on the file itself, also for a target that the file has not met")
    func offline() throws {
        let fixture = try CommandFixture()
        try fixture.file.close()
        func perform(_ command: OperatorCommand) throws -> CommandAnswer {
            try OfflineState.perform(command, path: fixture.path, targets: ["new"], now: CommandFixture.now)
        }
        #expect(try perform(.hold(["1-1"])).allDone)
        #expect(try fixture.state("1-1") == .held)
        #expect(try perform(.pause(target: "new")).allDone)
        #expect(try StateQueries(path: fixture.path).targets().last?.isPaused == true)
        #expect(StateLock.holder(statePath: fixture.path) == nil)
        #expect(try StateFile(path: fixture.path).wasUnclean == false)
    }

    @Test("the next start still sees a crash that came before the command")
    func unclean() throws {
        let fixture = try CommandFixture()
        let answer = try OfflineState.perform(
            .hold(["1-1"]), path: fixture.path, targets: [], now: CommandFixture.now)
        #expect(answer.allDone)
        #expect(try StateFile(path: fixture.path).wasUnclean)
    }

    @Test("while somebody holds the file nothing is changed")
    func held() throws {
        let fixture = try CommandFixture()
        let lock = try StateLock(statePath: fixture.path)
        let error = #expect(throws: StateError.self) {
            try OfflineState.perform(.hold(["1-1"]), path: fixture.path, targets: [], now: CommandFixture.now)
        }
        withExtendedLifetime(lock) {}
        #expect(error?.kind == .heldByAnother)
        #expect(try fixture.state("1-1") == .pending)
    }

    @Test("a file that is missing is named, and is not made")
    func missing() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("state.db")
        let error = #expect(throws: StateError.self) {
            try OfflineState.perform(.pause(target: "a"), path: path, targets: ["a"], now: CommandFixture.now)
        }
        #expect(error?.kind == .missing)
        #expect(access(path, F_OK) != 0)
        #expect(access(path + ".lock", F_OK) != 0)
    }

    @Test("a snapshot is written down for the source, one at a time, and its end likewise")
    func snapshots() throws {
        let fixture = try CommandFixture()
        let tables = [SnapshotRun.Table(name: "domains", condition: "status = 0")]
        #expect(try fixture.execute(.stopSnapshot(source: "panel")).allDone == false)
        #expect(try fixture.execute(.snapshot(source: "panel", tables: tables)).allDone)
        func memory() throws -> SnapshotMemory {
            SnapshotMemory(try fixture.file.remembered(in: SnapshotMemory.table, by: "panel"))
        }
        #expect(try memory().run?.asked == tables)
        #expect(try memory().isStopping == false)
        let second = try fixture.execute(.snapshot(source: "panel", tables: []))
        #expect(second.items.first?.words.contains("has a snapshot already (asked for, not begun)") == true)
        #expect(try fixture.execute(.stopSnapshot(source: "panel")).allDone)
        #expect(try memory().isStopping)
        // A source that replaces all its names keeps what was asked of it.
        var turn = Turn()
        turn.intakes = [
            IntakeEntry(
                source: "panel", book: 1, events: [],
                mark: Mark(incarnation: "in", position: 2, nonce: 1, isInstalled: true),
                names: [NameChange(table: "clients", key: "1", row: Array("{}".utf8))], replacesNames: true)
        ]
        _ = try fixture.writer.write(turn, now: CommandFixture.now)
        #expect(try memory().run?.asked == tables)
        #expect(try fixture.file.savedMark(of: "panel")?.names.contains { $0.table == "clients" } == true)
    }
}
