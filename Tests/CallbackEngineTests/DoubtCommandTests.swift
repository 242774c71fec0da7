import CallbackCore
import CallbackEngine
import CallbackStore
import CallbackTestKit
import Testing

/// A state file with a delivery that waits to be verified and a dead letter that may have been processed.
private struct DoubtFixture {
    static let now = Timestamp(milliseconds: 1_700_000_000_000)

    let folder: TemporaryFolder
    let path: String
    let registry: Registry
    let writer: StateWriter

    init() throws {
        folder = try TemporaryFolder()
        path = folder.file("state.db")
        let file = try StateFile(path: path)
        registry = try file.register(rules: ["bill"], targets: ["billing"])
        writer = try StateWriter(file)
        let rule = try #require(registry.rules["bill"])
        let target = try #require(registry.targets["billing"])
        var turn = Turn()
        turn.intakes = [
            IntakeEntry(
                source: "panel", book: 1,
                events: (0..<3).map { index in
                    let id = EventID.random()
                    return IntakeEntry.EventEntry(
                        id: id, type: "order.placed", subject: "order/\(index)", time: Self.now,
                        draft: CloudEvent.draft(
                            id: id, source: "/s", type: "order.placed", subject: "order/\(index)", time: Self.now,
                            data: .null),
                        deliveries: [.init(rule: rule, target: target, lane: nil)])
                },
                mark: nil)
        ]
        let made = try writer.write(turn, now: Self.now)
        var ends = Turn()
        let decisions: [Settlement.Decision] = [.uncertain(until: Self.now + .hours(1)), .dead(.uncertain)]
        ends.settlements = zip(made, decisions).map { delivery, decision in
            Settlement(
                of: delivery, attempt: 1,
                report: AttemptReport(
                    delivery: delivery.id, outcome: .uncertain, startedAt: Self.now, duration: .zero, reason: "cut"),
                decision: decision)
        }
        _ = try writer.write(ends, now: Self.now)
    }

    func execute(_ command: OperatorCommand, verifying: Set<TargetName> = ["billing"]) throws -> CommandAnswer.Item? {
        let executor = CommandExecutor(registry: registry, verifying: verifying)
        var answer = CommandAnswer(items: [])
        _ = try writer.write(Turn(), commands: [{ answer = try executor.execute(command, $0) }], now: Self.now)
        return answer.items.first
    }

    func summary(_ delivery: String) throws -> DeliverySummary {
        let id = try #require(DeliveryID(delivery))
        let found = try StateQueries(path: path).delivery(id)
        return try #require(found).summary
    }
}

@Suite("Operators' commands on what may have been processed")
struct DoubtCommandTests {
    @Test("retry asks at once and sends nothing by itself")
    func retry() throws {
        let fixture = try DoubtFixture()
        let item = try #require(try fixture.execute(.retry(["1-1"])))
        #expect(item.done)
        #expect(item.words.contains("sent only if it was not"))
        #expect(try fixture.summary("1-1").state == .uncertain)
        #expect(try fixture.summary("1-1").due == DoubtFixture.now)
    }

    @Test("who says that it may be processed twice has it sent")
    func retryAnyway() throws {
        let fixture = try DoubtFixture()
        #expect(try fixture.execute(.retryAnyway(["1-1"]))?.done == true)
        #expect(try fixture.summary("1-1").state == .deferred)
    }

    @Test("hold leaves an uncertain delivery uncertain, since releasing it would send it blind")
    func hold() throws {
        let fixture = try DoubtFixture()
        let item = try #require(try fixture.execute(.hold(["1-1"])))
        #expect(!item.done)
        #expect(item.words.contains("is uncertain") && item.words.contains("deliveries cancel 1-1"))
        #expect(try fixture.summary("1-1").state == .uncertain)
        #expect(try fixture.execute(.hold(["3-1"]))?.done == true)
        #expect(try fixture.execute(.release(["1-1"]))?.done == false)
    }

    @Test("cancel ends an uncertain delivery unsent")
    func cancel() throws {
        let fixture = try DoubtFixture()
        #expect(try fixture.execute(.cancel(["1-1"]))?.done == true)
        #expect(try fixture.summary("1-1").state == .cancelled)
    }

    @Test("redrive asks first where somebody can be asked")
    func redriveAsking() throws {
        let fixture = try DoubtFixture()
        let item = try #require(try fixture.execute(.redrive(["2-1"])))
        #expect(item.done)
        #expect(item.words.contains("asked about first"))
        #expect(try fixture.summary("2-1").state == .uncertain)
        #expect(try fixture.summary("2-1").due == DoubtFixture.now)
    }

    @Test("redrive refuses where nobody can be asked, until it is said that it may be processed twice")
    func redriveRefused() throws {
        let fixture = try DoubtFixture()
        let item = try #require(try fixture.execute(.redrive(["2-1"]), verifying: []))
        #expect(!item.done)
        #expect(item.words.contains("may have been processed") && item.words.contains("--even-if-processed"))
        #expect(try fixture.summary("2-1").state == .dead)
        #expect(try fixture.execute(.redriveAnyway(["2-1"]), verifying: [])?.done == true)
        #expect(try fixture.summary("2-1").state == .deferred)
    }

    @Test("a command without a daemon first decides about what was under way at a crash")
    func offline() throws {
        let fixture = try DoubtFixture()
        var turn = Turn()
        let target = try #require(fixture.registry.targets["billing"])
        turn.intents = [
            Intent(
                delivery: DeliveryID(event: 3, ordinal: 1), target: target, attempt: 1, startedAt: DoubtFixture.now,
                isGuarded: true)
        ]
        _ = try fixture.writer.write(turn, now: DoubtFixture.now)
        let answer = try OfflineState.perform(
            .retryAnyway(["3-1"]), path: fixture.path, targets: ["billing"], now: DoubtFixture.now)
        #expect(!answer.allDone, "it is a dead letter by now, and not sent blind")
        #expect(try fixture.summary("3-1").reason == .uncertain)
    }
}
