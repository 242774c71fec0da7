import CallbackCore
import CallbackRules
import CallbackStore
import Logging

@testable import CallbackEngine

extension EngineFixture {
    /// A configuration whose rules all want every order.
    static func configuration(
        rules: [String], targets: [TargetPlan], deliver: [TargetName]? = nil
    ) -> Configuration {
        Configuration(
            file: "test.yaml", statePath: "/s", control: .init(socketPath: "/c", group: nil),
            limits: .init(inFlight: 64, panelLog: 1, subjectEvents: 0), retention: .init(age: .days(1), size: 1),
            sources: [],
            secrets: [:], egressAllow: [],
            targets: targets.map { plan in
                var settings = TargetSettings(
                    name: plan.name, kind: "scripted", settings: Settings(at: place), timeout: .seconds(1),
                    retry: RetryPolicy(schedule: plan.schedule, jitter: 0), concurrency: plan.concurrency,
                    connections: 8, place: place)
                settings.isAtMostOnce = plan.isAtMostOnce
                return settings
            },
            rules: rules.map { name in
                RuleSettings(
                    name: RuleName(name), events: [.init(type: "order.placed", place: place)], match: nil, orderBy: nil,
                    deliver: (deliver ?? targets.map(\.name)).map {
                        .init(target: $0, retry: nil, body: nil, place: place)
                    }, place: place)
            })
    }

    /// Puts other rules and targets in force, as a reload does.
    /// - Returns: the version of the rule book.
    @discardableResult
    func reload(rules: [String], targets: [TargetPlan]) throws -> Int64? {
        let configuration = Self.configuration(rules: rules, targets: targets)
        let (compiled, diagnostics) = RuleBook.compile(
            rules: configuration.rules, targets: configuration.targets, catalog: nil)
        guard let book = compiled else { throw DiagnosticList(diagnostics) }
        for target in targets { target.action.connect { [dispatcher] in dispatcher.report($0) } }
        let made = zip(configuration.targets, targets).map { Dispatcher.Target(settings: $0, action: $1.action) }
        let content = ReloadContent(
            configuration: configuration, book: book, secretDigests: [:], secret: { _ in nil },
            prepare: { .init(targets: made, install: {}) })
        let logger = Logger(label: "test")
        let janitor = Janitor(
            retention: configuration.retention, loop: loop, timekeeper: SystemTimekeeper(), logger: logger)
        return try Switchover(
            file: file, loop: loop, intake: intake, inForce: inForce, dispatcher: dispatcher, janitor: janitor
        )
        .perform(content, toTry: [], isStopping: { false })
    }
}
