import CallbackCore
import CallbackStore
import CallbackTestKit
import Glibc
import Testing

@Suite("Operators' queries of the state file")
struct QueriesTests {
    private func queries(_ state: StateFixture) throws -> StateQueries { try StateQueries(path: state.path) }

    // MARK: Opening

    @Test("a file that is missing is named, and is not made")
    func missing() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("state.db")
        let error = #expect(throws: StateError.self) { try StateQueries(path: path) }
        #expect(error?.kind == .missing)
        #expect(error?.message.contains(path) == true)
        #expect(access(path, F_OK) != 0)
    }

    @Test("what is no state file is refused", arguments: ["", "this is no database, but long enough to look at it."])
    func foreign(content: String) throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("state.db", content)
        let error = #expect(throws: StateError.self) { try StateQueries(path: path) }
        #expect(error?.kind == .corrupt)
    }

    @Test("reading needs no lock and sees what the daemon committed a moment ago")
    func besideTheWriter() throws {
        let state = try StateFixture()
        let lock = try StateLock(statePath: state.path)
        let queries = try queries(state)
        #expect(try queries.lastSequence() == 0)
        try state.journal(["a/1", "a/2"])
        #expect(try queries.lastSequence() == 2)
        #expect(StateLock.holder(statePath: state.path) == getpid())
        withExtendedLifetime(lock) {}
    }

    // MARK: Events

    @Test("the latest events come oldest first, as far as the limit goes")
    func events() throws {
        let state = try StateFixture()
        try state.journal(["a/1", "a/2", "a/3"])
        let found = try queries(state).events(EventFilter(), limit: 2)
        #expect(found.map(\.subject) == ["a/2", "a/3"])
        #expect(found.map(\.sequence) == [2, 3])
        #expect(found[0].deliveries == 1)
        #expect(found[0].source == "panel")
        #expect(found[0].json["time"] == .string(now.description))
    }

    @Test("events are told by type, subject and time")
    func eventFilters() throws {
        let state = try StateFixture()
        try state.journal(["a/1", "a/2"])
        let queries = try queries(state)
        #expect(try queries.events(EventFilter(subject: "a/2"), limit: 9).map(\.sequence) == [2])
        #expect(try queries.events(EventFilter(type: "order.placed"), limit: 9).count == 2)
        #expect(try queries.events(EventFilter(type: "order.changed"), limit: 9).isEmpty)
        #expect(try queries.events(EventFilter(since: now), limit: 9).count == 2)
        #expect(try queries.events(EventFilter(since: now + .milliseconds(1)), limit: 9).isEmpty)
    }

    @Test("a tail goes on where it stood")
    func tail() throws {
        let state = try StateFixture()
        try state.journal(["a/1", "a/2", "a/3"])
        let queries = try queries(state)
        #expect(try queries.events(EventFilter(), after: 1, limit: 1).map(\.sequence) == [2])
        #expect(try queries.events(EventFilter(), after: 3, limit: 9).isEmpty)
        try state.journal(["a/4"], position: 4)
        #expect(try queries.events(EventFilter(), after: 3, limit: 9).map(\.subject) == ["a/4"])
    }

    @Test("one event is found by its id and by its number, with what waits and what is finished")
    func event() throws {
        let state = try StateFixture()
        let made = try state.journal(["a/1", "a/2"])
        try state.settle(made[1], .delivered)
        let queries = try queries(state)
        let byNumber = try #require(try queries.event("2"))
        let byID = try #require(try queries.event(byNumber.summary.id.rawValue))
        #expect(byID.summary == byNumber.summary)
        #expect(byID.deliveries.map(\.state) == [.delivered])
        #expect(byID.summary.deliveries == 1)
        #expect(byID.json["event"]?["subject"] == "a/2")
        #expect(byID.json["event"]?["sequence"] == "0000000000000002")
        #expect(try queries.event("1")?.deliveries.map(\.state) == [.pending])
        #expect(try queries.event("3") == nil)
        #expect(try queries.event("evt_0") == nil)
    }

    // MARK: Deliveries

    /// One delivery in each state that a file can hold.
    private func manyStates() throws -> StateFixture {
        let state = try StateFixture()
        let made = try state.journal(["a/1", "a/2", "a/3", "a/4", "a/5", "a/6", "a/7"])
        try state.settle(made[1], .deferred(until: now + .hours(1)))
        try state.settle(made[3], .delivered)
        try state.settle(made[4], .dead(.exhausted))
        try state.settle(made[6], .dead(.refused))
        let target = try state.target("billing")
        _ = try state.writer.write(
            Turn(),
            commands: [
                { _ = try $0.hold(made[2].id, target: target) },
                { _ = try $0.cancel(made[5].id, target: target) },
                { _ = try $0.discard(made[6].id) },
            ],
            now: now)
        return state
    }

    @Test("deliveries that wait and those that are finished stand in one list")
    func deliveries() throws {
        let found = try queries(manyStates()).deliveries(DeliveryFilter(), limit: 50)
        #expect(
            found.map(\.state) == [.pending, .deferred, .held, .delivered, .dead, .cancelled, .discarded])
        #expect(found.map(\.id.description) == (1...7).map { "\($0)-1" })
        #expect(found.allSatisfy { $0.rule == "bill" && $0.target == "billing" && $0.type == "order.placed" })
        #expect(found[1].due == now + .hours(1))
        #expect(found[1].attempts == 1)
        #expect(found[4].reason == .exhausted)
        #expect(found[4].finished == now)
        let last = try queries(manyStates()).deliveries(DeliveryFilter(), limit: 2)
        #expect(last.map(\.id.event) == [6, 7])
    }

    @Test(
        "each state can be asked for alone",
        arguments: [DeliveryState.pending, .deferred, .held, .delivered, .dead, .discarded, .cancelled])
    func oneState(wanted: DeliveryState) throws {
        let found = try queries(manyStates()).deliveries(DeliveryFilter(state: wanted), limit: 50)
        #expect(found.map(\.state) == [wanted])
    }

    @Test("a state that nothing is in gives nothing", arguments: [DeliveryState.parked, .uncertain])
    func emptyState(wanted: DeliveryState) throws {
        #expect(try queries(manyStates()).deliveries(DeliveryFilter(state: wanted), limit: 50).isEmpty)
    }

    @Test("deliveries are told by target, rule, type and subject; unknown names give nothing")
    func deliveryFilters() throws {
        let queries = try queries(manyStates())
        func count(_ filter: DeliveryFilter) throws -> Int { try queries.deliveries(filter, limit: 50).count }
        #expect(try count(DeliveryFilter(target: "billing")) == 7)
        #expect(try count(DeliveryFilter(target: "hook")) == 0)
        #expect(try count(DeliveryFilter(target: "nowhere")) == 0)
        #expect(try count(DeliveryFilter(rule: "bill")) == 7)
        #expect(try count(DeliveryFilter(rule: "provision")) == 0)
        #expect(try count(DeliveryFilter(rule: "nothing")) == 0)
        #expect(try count(DeliveryFilter(type: "order.placed")) == 7)
        #expect(try count(DeliveryFilter(type: "order.changed")) == 0)
        #expect(try count(DeliveryFilter(subject: "a/4")) == 1)
        #expect(try count(DeliveryFilter(state: .delivered, target: "billing", subject: "a/4")) == 1)
        #expect(try count(DeliveryFilter(state: .dead, subject: "a/4")) == 0)
    }

    @Test("deliveries of several targets come in the order of their events")
    func severalTargets() throws {
        let state = try StateFixture()
        var first = try state.event("a/1", position: 1)
        first.deliveries.append(.init(rule: try state.rule("provision"), target: try state.target("hook"), lane: nil))
        let second = try state.event("a/2", position: 2)
        var turn = Turn()
        turn.intakes = [IntakeEntry(source: "panel", book: 1, events: [first, second], mark: nil)]
        _ = try state.writer.write(turn, now: now)
        let found = try queries(state).deliveries(DeliveryFilter(), limit: 50)
        #expect(found.map(\.id.description) == ["1-1", "1-2", "2-1"])
        #expect(found.map(\.target) == ["billing", "hook", "billing"])
        #expect(Set(found.map(\.webhookID)).count == 3)
        #expect(try queries(state).events(EventFilter(), limit: 9).map(\.deliveries) == [2, 1])
    }

    @Test("what waits for a rule or a target that is gone is parked, and nothing else is")
    func parked() throws {
        let state = try manyStates()
        let queries = try queries(state)
        let all = CurrentNames(rules: ["bill", "provision"], targets: ["billing", "hook"])
        let noRule = CurrentNames(rules: ["provision"], targets: ["billing", "hook"])
        let noTarget = CurrentNames(rules: ["bill", "provision"], targets: ["hook"])
        func states(_ current: CurrentNames?, _ wanted: DeliveryState? = nil) throws -> [DeliveryState] {
            try queries.deliveries(DeliveryFilter(state: wanted), current: current, limit: 50).map(\.state)
        }
        #expect(try !states(all).contains(.parked))
        #expect(try states(all, .parked).isEmpty)
        for current in [noRule, noTarget] {
            let expected: [DeliveryState] = [.parked, .parked, .held, .delivered, .dead, .cancelled, .discarded]
            #expect(try states(current) == expected)
            #expect(try states(current, .parked) == [.parked, .parked])
            #expect(try states(current, .pending).isEmpty)
            #expect(try states(current, .deferred).isEmpty)
            #expect(try states(current, .held) == [.held])
            #expect(try queries.event("1", current: current)?.deliveries.map(\.state) == [.parked])
            #expect(try queries.delivery(DeliveryID(event: 1, ordinal: 1), current: current)?.summary.state == .parked)
        }
    }

    @Test("a delivery is shown with each attempt, text as text and other bytes as base64")
    func delivery() throws {
        let state = try StateFixture()
        let made = try state.journal(["a/1"])[0]
        func attempt(_ number: Int, _ outcome: Outcome, _ output: [UInt8], _ decision: Settlement.Decision) throws {
            var turn = Turn()
            turn.settlements = [
                Settlement(
                    of: made, attempt: number,
                    report: AttemptReport(
                        delivery: made.id, outcome: outcome, startedAt: now, duration: .microseconds(1500), code: 503,
                        reason: "overloaded", output: output, outputTruncated: number == 2),
                    decision: decision)
            ]
            _ = try state.writer.write(turn, now: now)
        }
        try attempt(1, .unavailable(retryAfter: nil), Array("go away".utf8), .deferred(until: now))
        try attempt(2, .refused, [0xFF, 0x00], .dead(.refused))
        let queries = try queries(state)
        let found = try #require(try queries.delivery(made.id))
        #expect(found.attempts.map(\.number) == [1, 2])
        #expect(found.attempts.map(\.outcome) == [.unavailable, .refused])
        #expect(found.attempts[0].outputText == "go away")
        #expect(found.attempts[1].outputText == nil)
        #expect(found.attempts.map(\.outputTruncated) == [false, true])
        #expect(found.attempts[0].json["duration_ms"] == .double(1.5))
        #expect(found.attempts[0].json["output"] == "go away")
        #expect(found.attempts[1].json["output_base64"] == "/wA=")
        #expect(found.attempts[0].json["code"] == 503)
        #expect(found.summary.reason == .refused)
        let event = try #require(try queries.event("1")).summary
        #expect(
            found.summary.webhookID
                == WebhookID.make(event: event.id, rule: "bill", target: "billing", cause: "rule"))
        #expect(try queries.delivery(DeliveryID(event: 1, ordinal: 2)) == nil)
        #expect(try queries.delivery(DeliveryID(event: 2, ordinal: 1)) == nil)
    }

    @Test("a redriven delivery keeps its webhook-id")
    func redriven() throws {
        let state = try StateFixture()
        let made = try state.journal(["a/1"])[0]
        try state.settle(made, .dead(.refused))
        let queries = try queries(state)
        let before = try #require(try queries.delivery(made.id)).summary
        _ = try state.writer.write(Turn(), commands: [{ _ = try $0.redrive(made.id) }], now: now)
        let after = try #require(try queries.delivery(made.id)).summary
        #expect(before.state == .dead)
        #expect(after.state == .deferred)
        #expect(before.webhookID == after.webhookID)
    }

    // MARK: Dead letters

    @Test("the dead letters are listed with their reasons, and paged through in order")
    func deadLetters() throws {
        let state = try StateFixture()
        let made = try state.journal((1...5).map { "a/\($0)" })
        for delivery in made where delivery.id.event != 3 { try state.settle(delivery, .dead(.exhausted)) }
        let queries = try queries(state)
        let listed = try queries.deadLetters(DeadFilter(), limit: 2)
        #expect(listed.map(\.id.event) == [4, 5])
        #expect(listed.allSatisfy { $0.reason == .exhausted })
        var pages: [[Int64]] = []
        var last: DeliveryID?
        while true {
            let page = try queries.deadLetters(DeadFilter(), after: last, limit: 2)
            guard let final = page.last else { break }
            pages.append(page.map(\.event))
            last = final
        }
        #expect(pages == [[1, 2], [4, 5]])
        #expect(try queries.deadLetters(DeadFilter(target: "hook"), after: nil, limit: 9).isEmpty)
        #expect(try queries.deadLetters(DeadFilter(rule: "provision"), after: nil, limit: 9).isEmpty)
        #expect(try queries.deadLetters(DeadFilter(type: "x"), after: nil, limit: 9).isEmpty)
        #expect(try queries.deadLetters(DeadFilter(subject: "a/4"), after: nil, limit: 9).map(\.event) == [4])
    }

    @Test("dead letters of one event to one target differ by their number")
    func deadLettersOfOneEvent() throws {
        let state = try StateFixture()
        var event = try state.event("a/1", position: 1)
        event.deliveries.append(
            .init(rule: try state.rule("provision"), target: try state.target("billing"), lane: nil))
        var turn = Turn()
        turn.intakes = [IntakeEntry(source: "panel", book: 1, events: [event], mark: nil)]
        for delivery in try state.writer.write(turn, now: now) { try state.settle(delivery, .dead(.refused)) }
        let queries = try queries(state)
        let first = try queries.deadLetters(DeadFilter(), after: nil, limit: 1)
        #expect(first.map(\.description) == ["1-1"])
        #expect(try queries.deadLetters(DeadFilter(), after: first[0], limit: 9).map(\.description) == ["1-2"])
    }

    // MARK: Targets and sources

    @Test("targets come with what waits, what is deferred or stopped, and what is dead")
    func targets() throws {
        let state = try manyStates()
        _ = try state.writer.write(
            Turn(), commands: [{ try $0.setPaused(true, target: try state.target("hook")) }], now: now)
        let targets = try queries(state).targets(current: CurrentNames(rules: ["bill"], targets: ["billing"]))
        #expect(targets.map(\.name) == ["billing", "hook"])
        #expect(targets.map(\.isPaused) == [false, true])
        #expect(targets.map(\.isGone) == [false, true])
        #expect(targets[0].waiting.value == 3)
        #expect(targets[0].deferred.value == 1)
        #expect(targets[0].stopped.value == 1)
        #expect(targets[0].dead.value == 1)
        #expect(targets[0].oldest == now)
        #expect(targets[1].oldest == nil)
        #expect(try queries(state).targets().allSatisfy { $0.isGone == nil })
    }

    @Test("counting stops at ten thousand and says so")
    func boundedCount() throws {
        let state = try StateFixture()
        try state.journal((0..<BoundedCount.limit).map { "a/\($0)" })
        let queries = try queries(state)
        #expect(try queries.targets()[0].waiting.description == "10000")
        try state.journal(["b/1"], position: 20_000)
        let count = try queries.targets()[0].waiting
        #expect(count.isCut)
        #expect(count.description == "10000+")
        #expect(count.json == "10000+")
    }

    @Test("sources come with their marks, and with an open gap until it is accepted")
    func sources() throws {
        let state = try StateFixture()
        try state.journal(["a/1", "a/2"])
        let queries = try queries(state)
        let fine = try #require(try queries.sources().first)
        #expect(fine.name == "panel")
        #expect(fine.mark == Mark(incarnation: "in", position: 2, nonce: 14, isInstalled: true))
        #expect(fine.gap == nil)
        var turn = Turn()
        turn.intakes = [
            IntakeEntry(
                source: "panel", book: 1, events: [], mark: fine.mark,
                gap: Gap(reason: .trimmed, message: "rows are missing", after: 2, from: nil, until: now))
        ]
        _ = try state.writer.write(turn, now: now)
        let gap = try #require(try queries.sources().first?.gap)
        #expect(gap["message"] == "rows are missing")
        #expect(gap["reason"] == "trimmed")
        _ = try state.writer.write(Turn(), commands: [{ _ = try $0.acceptGap(of: "panel") }], now: now)
        #expect(try queries.sources().first?.gap == nil)
        #expect(try queries.stateID() == state.file.id)
    }
}
