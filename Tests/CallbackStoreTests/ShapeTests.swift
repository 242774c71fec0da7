import CallbackCore
import CallbackStore
import CallbackTestKit
import Testing

@Suite("What waits, by age, and what is stuck")
struct ShapeTests {
    private let current = CurrentNames(rules: ["bill", "provision"], targets: ["billing", "hook"])

    private func apply(_ state: StateFixture, _ body: @escaping (StateCommands) throws -> Void) throws {
        _ = try state.writer.write(Turn(), commands: [body], now: now)
    }

    /// The age at which an event falls into each column: at a limit it belongs to the older one.
    @Test(
        "each age falls into its column",
        arguments: [
            (Duration.zero, 0), (.seconds(59), 0), (.minutes(1), 1), (.milliseconds(299_999), 1), (.minutes(5), 2),
            (.minutes(15), 3), (.hours(1), 4), (.hours(6), 5), (.days(1), 6), (.days(3), 7), (.days(400), 7),
            (.seconds(-5), 0),
        ])
    func columns(age: Duration, column: Int) throws {
        let state = try StateFixture()
        try state.journal(["a/1"])
        let shape = try StateQueries(path: state.path).shape(by: .target, now: now + age)
        #expect(shape.rows.map(\.name) == ["billing"])
        #expect(shape.rows[0].counts == (0...7).map { $0 == column ? 1 : 0 })
        #expect(shape.sum.total == 1)
    }

    @Test("rows are targets, rules, types or states, the fullest first")
    func groupings() throws {
        let state = try StateFixture()
        let made = try state.journal(["a/1", "a/2", "a/3", "a/4", "a/5"])
        try state.settle(made[0], .delivered)
        try state.settle(made[1], .deferred(until: now + .hours(1)))
        try apply(state) { _ = try $0.hold(made[2].id, target: made[2].target) }
        let queries = try StateQueries(path: state.path)
        func rows(_ grouping: QueueShape.Grouping, _ current: CurrentNames?) throws -> [String] {
            try queries.shape(by: grouping, now: now, current: current).rows.map { "\($0.name) \($0.total)" }
        }
        #expect(try rows(.target, current) == ["billing 4"])
        #expect(try rows(.rule, current) == ["bill 4"])
        #expect(try rows(.type, current) == ["order.placed 4"])
        #expect(try rows(.state, current) == ["pending 2", "deferred 1", "held 1"])
        #expect(try rows(.state, CurrentNames(rules: [], targets: ["billing"])) == ["parked 3", "held 1"])
    }

    @Test("an empty queue has no rows, and the sum is nothing")
    func empty() throws {
        let state = try StateFixture()
        let shape = try StateQueries(path: state.path).shape(by: .target, now: now)
        #expect(shape.rows.isEmpty && shape.sum.total == 0)
        #expect(shape.json["below_seconds"] == [60, 300, 900, 3600, 21_600, 86_400, 259_200])
    }

    private func stuck(
        _ state: StateFixture, _ filter: DeliveryFilter = DeliveryFilter(), stops: [TargetName: String] = [:],
        current: CurrentNames? = nil, limit: Int = 100
    ) throws -> [String] {
        try StateQueries(path: state.path).stuck(
            filter, stops: stops, now: now, current: current ?? self.current, limit: limit
        ).map { "\($0.summary.id) \($0.reason.words)" }
    }

    @Test("what waits for its turn only is not stuck")
    func healthy() throws {
        let state = try StateFixture()
        try state.journal(["a/1", "a/1", "a/2"])
        #expect(try stuck(state).isEmpty)
    }

    @Test("a deferred head says until when and after what, and those behind it name it")
    func behindDeferred() throws {
        let state = try StateFixture()
        let made = try state.journal(["a/1", "a/1", "a/2", "a/1"])
        try state.settle(made[0], .deferred(until: now + .hours(1)))
        let until = (now + .hours(1)).description
        #expect(
            try stuck(state) == [
                "1-1 deferred until \(until), after: connection refused",
                "2-1 behind 1-1, which is deferred until \(until)",
                "4-1 behind 1-1, which is deferred until \(until)",
            ])
        #expect(try stuck(state, limit: 1).count == 1)
        #expect(try stuck(state, DeliveryFilter(state: .pending)).map { $0.prefix(3) } == ["2-1", "4-1"])
        #expect(try stuck(state, DeliveryFilter(state: .deferred)).map { $0.prefix(3) } == ["1-1"])
        #expect(try stuck(state, DeliveryFilter(subject: "a/2")).isEmpty)
        #expect(try stuck(state, DeliveryFilter(target: "hook")).isEmpty)
    }

    @Test("held, parked, paused and left alone each say so")
    func reasons() throws {
        let state = try StateFixture()
        let made = try state.journal(["a/1", "a/1", "a/2"])
        try apply(state) { _ = try $0.hold(made[0].id, target: made[0].target) }
        #expect(
            try stuck(state) == ["1-1 held by an operator", "2-1 behind 1-1, which is held by an operator"])
        let down = "the target seems to be down"
        #expect(
            try stuck(state, stops: ["billing": down])
                == ["1-1 held by an operator", "2-1 \(down)", "3-1 \(down)"])
        let gone = CurrentNames(rules: ["provision"], targets: ["billing", "hook"])
        let parked = "parked: the rule bill is not in the configuration"
        #expect(
            try stuck(state, current: gone) == ["1-1 held by an operator", "2-1 \(parked)", "3-1 \(parked)"])
        let target = try state.target("billing")
        try apply(state) { try $0.setPaused(true, target: target) }
        let paused = "the target is paused: callbackd targets resume billing"
        #expect(
            try stuck(state) == ["1-1 held by an operator", "2-1 \(paused)", "3-1 \(paused)"])
    }

    @Test("what is younger than asked for is left out, of what waits and of what is finished")
    func olderThan() throws {
        let state = try StateFixture()
        let made = try state.journal(["a/1", "a/2"])
        try state.settle(made[0], .delivered)
        let queries = try StateQueries(path: state.path)
        var filter = DeliveryFilter()
        filter.before = now
        #expect(try queries.deliveries(filter, limit: 10).isEmpty)
        filter.before = now + .milliseconds(1)
        #expect(try queries.deliveries(filter, limit: 10).map(\.id.event) == [1, 2])
    }
}
