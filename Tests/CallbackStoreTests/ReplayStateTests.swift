import CallbackCore
import CallbackStore
import Testing

/// A journal of events about `subjects`, of which `billing` has taken the even ones.
private struct ReplayFixture {
    let state: StateFixture
    let made: [QueuedDelivery]

    init(_ subjects: [String]) throws {
        state = try StateFixture()
        made = try state.journal(subjects)
        for delivery in made where delivery.id.event.isMultiple(of: 2) { try state.settle(delivery, .delivered) }
    }

    func write<Value>(_ body: @escaping (StateCommands) throws -> Value) throws -> Value {
        var value: Value?
        _ = try state.writer.write(Turn(), commands: [{ value = try body($0) }], now: now)
        return try value.orFail()
    }

    func begin(sameID: Bool = false) throws -> Int64 {
        let request = ReplayRequest(target: "billing", since: 0, until: .max, sameID: sameID, rate: 50)
        let target = try state.target("billing")
        return try write { try $0.beginReplay(request, target: target) }
    }

    func step(_ number: Int64, _ events: [Int64], rule: RuleName = "bill", isLast: Bool = false) throws -> ReplayStep {
        var step = ReplayStep(replay: number, target: try state.target("billing"), book: 1)
        step.deliveries = try events.map {
            .init(
                event: $0, rule: try state.rule(rule), lane: LaneKey(orderingKey: "a/1"),
                cause: ReplayCause.text(number))
        }
        step.position = events.last ?? 0
        step.looked = events.count
        step.isLast = isLast
        return step
    }

    func take(_ step: ReplayStep) throws -> [QueuedDelivery]? {
        guard case .queued(let made) = try write({ try $0.take(step) }) else { return nil }
        return made
    }

    var queries: StateQueries { get throws { try StateQueries(path: state.path) } }
}

@Suite("replays in the state file")
struct ReplayStateTests {
    @Test("a step queues deliveries behind what the lane has, and moves the replay on with them")
    func step() throws {
        let fixture = try ReplayFixture(["a/1", "a/1", "a/1", "a/1"])
        let number = try fixture.begin()
        #expect(number == 1)
        let made = try #require(try fixture.take(fixture.step(number, [2, 4])))
        #expect(made.map(\.id.description) == ["2-2", "4-2"])
        // Event 1 of the lane is still owed, so neither is found by its time.
        #expect(made.map(\.state) == [.pending, .pending])
        let summary = try #require(try fixture.queries.replay(number))
        #expect(summary.position == 4)
        #expect(summary.last == 4)
        #expect(summary.queued == 2)
        #expect(summary.waiting == 2)
        #expect(summary.state == "going on")
        #expect(summary.book == 1)
    }

    @Test("the head of a lane is due, and what stands behind it is not")
    func head() throws {
        let fixture = try ReplayFixture(["a/1", "a/1", "a/1", "a/1"])
        for delivery in try fixture.state.waiting() { try fixture.state.settle(delivery, .delivered) }
        let made = try #require(try fixture.take(fixture.step(fixture.begin(), [2, 4])))
        #expect(made.map(\.state) == [.deferred, .pending])
        let reader = try fixture.state.reader()
        let due = try reader.due(target: try fixture.state.target("billing"), at: now, limit: 10)
        #expect(due.map(\.id.description) == ["2-2"])
        #expect(due.map(\.book) == [1])
    }

    @Test("what is still owed to the target by the same rule is left out")
    func stillOwed() throws {
        let fixture = try ReplayFixture(["a/1", "a/2"])
        let number = try fixture.begin()
        #expect(try fixture.take(fixture.step(number, [1, 2]))?.map(\.id.description) == ["2-2"])
        #expect(try fixture.queries.replay(number)?.leftOut == 1)
        // Nor does a second replay queue what the first one has queued already.
        let second = try fixture.begin()
        #expect(second == 2)
        #expect(try fixture.take(fixture.step(second, [2]))?.isEmpty == true)
    }

    @Test("an event that is gone, or has no text any more, is left out")
    func bare() throws {
        let fixture = try ReplayFixture(["a/1", "a/2"])
        try fixture.state.execute("UPDATE events SET body = x'' WHERE sequence = 2")
        #expect(try fixture.take(fixture.step(fixture.begin(), [2, 77]))?.isEmpty == true)
        let request = ReplayRequest(target: "billing", since: 0, until: .max, rate: 1)
        #expect(try fixture.queries.replayable(request, after: 0, upTo: 2).map(\.isBare) == [false, true])
    }

    @Test("no more than its share of one replay waits at a time")
    func full() throws {
        let fixture = try ReplayFixture((0..<(StateCommands.mostWaitingOfReplay + 2)).map { "a/\($0)" })
        for delivery in try fixture.state.waiting() { try fixture.state.settle(delivery, .delivered) }
        let number = try fixture.begin()
        let all = (1...Int64(StateCommands.mostWaitingOfReplay)).map { $0 }
        #expect(try fixture.take(fixture.step(number, all))?.count == all.count)
        let next = try fixture.step(number, [Int64(all.count + 1)])
        guard case .full = try fixture.write({ try $0.take(next) }) else {
            Issue.record("it was queued all the same")
            return
        }
        #expect(try fixture.queries.replay(number)?.position == Int64(all.count))
    }

    @Test("cancelling ends the replay and what of it waits, but for what is being attempted")
    func cancel() throws {
        let fixture = try ReplayFixture(["a/1", "a/2", "a/1", "a/2"])
        let number = try fixture.begin()
        let made = try #require(try fixture.take(fixture.step(number, [2, 4])))
        let result = try fixture.write { try $0.cancelReplay(number, except: [made[0].id]) }
        #expect(result?.cancelled == 1)
        #expect(result?.underWay == 1)
        #expect(result?.wasGoingOn == true)
        #expect(try fixture.take(fixture.step(number, [2])) == nil)
        let summary = try #require(try fixture.queries.replay(number))
        #expect(summary.state == "cancelled")
        #expect(summary.finished == [.cancelled: 1])
        #expect(try fixture.queries.delivery(made[1].id)?.summary.state == .cancelled)
        #expect(try fixture.write { try $0.cancelReplay(number, except: [made[0].id]) }?.cancelled == 0)
        #expect(try fixture.write { .some(try $0.cancelReplay(99, except: [])) } == .some(nil))
    }

    @Test("what a target has taken is what can be repeated, with the rule and lane of then")
    func originals() throws {
        let fixture = try ReplayFixture(["a/1", "a/2"])
        let request = ReplayRequest(target: "billing", since: 0, until: .max, sameID: true, rate: 1)
        let found = try fixture.queries.replayable(request, after: 0, upTo: 2)
        #expect(found.map(\.originals.count) == [0, 1])
        #expect(found[1].originals.first?.rule == "bill")
        #expect(found[1].originals.first?.lane == LaneKey(orderingKey: "a/2"))
        #expect(found[1].originals.first?.cause == "rule")
    }

    @Test("a page holds what is asked for and nothing else")
    func filters() throws {
        let fixture = try ReplayFixture(["a/1", "a/2", "a/1"])
        func events(_ change: (inout ReplayRequest) -> Void) throws -> [Int64] {
            var request = ReplayRequest(target: "billing", since: 0, until: .max, rate: 1)
            change(&request)
            return try fixture.queries.replayable(request, after: 0, upTo: 3).map(\.event.sequence)
        }
        #expect(try events { _ in } == [1, 2, 3])
        #expect(try events { $0.subject = "a/1" } == [1, 3])
        #expect(try events { $0.types = ["order.placed", "x"] } == [1, 2, 3])
        #expect(try events { $0.types = ["x"] } == [])
        #expect(try events { $0.until = now.milliseconds } == [])
        #expect(try events { $0.since = now.milliseconds } == [1, 2, 3])
    }

    @Test("a repeated delivery has the webhook-id of the first, any other one of its own")
    func identity() {
        func id(_ cause: String) -> String {
            WebhookID.make(event: EventID(rawValue: "evt_1"), rule: "bill", target: "billing", cause: cause)
        }
        #expect(id("replay:1:rule") == id("rule"))
        #expect(id("replay:2:rule") == id("rule"))
        #expect(Set([id("rule"), id("replay:1"), id("replay:2"), id("replay:12")]).count == 4)
        #expect(ReplayCause.shown("replay:7:rule") == "replay:7")
        #expect(ReplayCause.shown("rule") == "rule")
        #expect(ReplayCause.number(of: "replay:31:rule") == 31)
        #expect(ReplayCause.number(of: "rule") == nil)
    }

    @Test("a pace is kept however slow it is, and one that is none becomes the slowest")
    func rates() throws {
        let fixture = try ReplayFixture(["a/1"])
        let target = try fixture.state.target("billing")
        for (asked, kept) in [
            (50.0, 50.0), (1.0 / 3600, 1.0 / 3600), (0, 1.0 / 3600), (-3, 1.0 / 3600), (.nan, 1.0 / 3600),
        ] {
            let request = ReplayRequest(target: "billing", since: 0, until: .max, rate: asked)
            let number = try fixture.write { try $0.beginReplay(request, target: target) }
            #expect(try fixture.queries.replay(number)?.request.rate == kept)
        }
    }

    @Test("replays of numbers that begin alike are kept apart")
    func similarNumbers() throws {
        let fixture = try ReplayFixture(["a/1", "a/2"])
        for _ in 1...10 { _ = try fixture.begin() }
        _ = try fixture.take(fixture.step(10, [2]))
        #expect(try fixture.queries.replay(1)?.waiting == 0)
        #expect(try fixture.queries.replay(10)?.waiting == 1)
        #expect(try fixture.write { try $0.cancelReplay(1, except: []) }?.cancelled == 0)
    }
}
