import CallbackCore
import CallbackEngine
import CallbackRules
import CallbackStore
import CallbackTestKit
import Logging
import Testing

/// The whole engine on a real state file, with actions that do what a test says.
final class EngineFixture: Sendable {
    struct TargetPlan: Sendable {
        var name: TargetName
        var action: ScriptedAction
        var concurrency = 8
        var schedule: [Duration] = [.milliseconds(1), .milliseconds(1), .milliseconds(1)]
        var rate: Rate?
        var breaker: BreakerSettings?
        /// Nothing is sent blind: each attempt is written down before it begins.
        var isAtMostOnce = false
        /// The targets of the rule's on-dead are these, and nothing else is delivered to them.
        var isForDead = false
    }

    static let place = ConfigPlace(file: "test.yaml", line: 1, column: 1)

    let file: StateHolder
    let loop: CommitLoop
    let dispatcher: Dispatcher
    let intake: Intake
    let registry: Registry
    private let targets: [TargetPlan]
    let inForce: RuleBookInForce
    let settled: Arrivals

    /// - Parameters:
    ///   - ordered: whether deliveries of one subject keep their order.
    ///   - onFailure: what a lane does while its head is deferred.
    ///   - subjectEvents: events of one subject in a minute beyond which it is held.
    ///   - queueLimit: bytes of owed work from which the intake pauses.
    ///   - ballast: what is given up on a full disk.
    ///   - sweepEvery: how often memory is compared with the file.
    ///   - telling: what of a commit the dispatcher is told; everything, unless a test drops some of it.
    init(
        statePath: String, targets: [TargetPlan], inFlightLimit: Int = 64, ordered: Bool = true,
        onFailure: LaneFailure = .block, subjectEvents: Int = 0,
        queueLimit: Int64 = .max, ballast: Ballast? = nil, sweepEvery: Duration = .seconds(10),
        telling: @escaping @Sendable (CommitLoop.Committed) -> CommitLoop.Committed = { $0 }
    ) throws {
        self.targets = targets
        let state = try StateFile(path: statePath)
        let settings = targets.map { plan in
            var settings = TargetSettings(
                name: plan.name, kind: "scripted", settings: Settings(at: Self.place), timeout: .seconds(1),
                retry: RetryPolicy(schedule: plan.schedule, jitter: 0), concurrency: plan.concurrency, connections: 8,
                rate: plan.rate, breaker: plan.breaker, place: Self.place)
            settings.isAtMostOnce = plan.isAtMostOnce
            return settings
        }
        let rules: [RuleSettings] = [
            RuleSettings(
                name: "every-order", events: [.init(type: "order.placed", place: Self.place)], match: nil,
                orderBy: ordered ? nil : ConfigNode(ConfigNode.Content.string("none"), at: Self.place),
                onFailure: onFailure,
                deliver: targets.filter { !$0.isForDead }.map {
                    .init(target: $0.name, retry: nil, body: nil, place: Self.place)
                },
                onDead: targets.filter(\.isForDead).map(\.name),
                place: Self.place)
        ]
        let (compiled, diagnostics) = RuleBook.compile(rules: rules, targets: settings, catalog: nil)
        guard let book = compiled else { throw DiagnosticList(diagnostics) }
        let version = try state.version(ofBook: book.source.archive, now: SystemTimekeeper().now())
        registry = try state.register(rules: rules.map(\.name), targets: targets.map(\.name))
        let settled = Arrivals()
        self.settled = settled
        let dispatcher = Dispatcher(timekeeper: SystemTimekeeper(), sweepEvery: sweepEvery)
        self.dispatcher = dispatcher
        loop = CommitLoop(
            timekeeper: SystemTimekeeper(), lastSequence: try state.lastSequence(), queueLimit: queueLimit,
            ballast: ballast, logger: Logger(label: "test"),
            onCommitted: { committed in
                dispatcher.committed(telling(committed))
                settled.note()
            },
            onBroken: { error in Issue.report("the state file broke: \(error)") })
        file = StateHolder(state)
        inForce = RuleBookInForce(
            .init(book: book, version: version, registry: registry, sourcePrefix: "/st_test"))
        intake = try Intake(
            file: file, sources: ["shop"],
            limits: LimitSettings(inFlight: inFlightLimit, panelLog: 1, subjectEvents: subjectEvents), loop: loop,
            book: inForce, timekeeper: SystemTimekeeper(),
            logger: Logger(label: "test"), onStatus: {})
        for target in targets { target.action.connect { dispatcher.report($0) } }
        let plan = Dispatcher.Plan(
            targets: zip(settings, targets).map { .init(settings: $0, action: $1.action) }, registry: registry,
            inFlightLimit: inFlightLimit, secrets: { _ in nil }, book: book, version: version)
        let holder = file
        loop.start { try holder.makeWriter() }
        dispatcher.start(
            plan, loop: loop, timekeeper: SystemTimekeeper(), logger: Logger(label: "test"),
            makeReader: { try QueueReader(path: statePath) },
            onBroken: { error in Issue.report("the queue broke: \(error)") })
    }

    /// Hands over one event for each subject, as a source would.
    func place(_ subjects: [String], from position: Int64) throws {
        let events = subjects.enumerated().map { index, subject in
            CapturedEvent(
                type: "order.placed", subject: subject, time: SystemTimekeeper().now(),
                data: ["new": ["id": .integer(position + Int64(index))]],
                origin: EventOrigin(position: position + Int64(index), nonce: 1, ordinal: 0))
        }
        try intake.submit(
            SourceBatch(
                source: "shop", events: events,
                mark: Mark(
                    incarnation: "in", position: position + Int64(subjects.count) - 1, nonce: 1, isInstalled: true)))
    }

    /// Ends the threads; what was not delivered stays in the file.
    func stop() {
        dispatcher.stop()
        loop.stop()
        for target in targets { target.action.end() }
    }
}
