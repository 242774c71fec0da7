import CallbackActions
import CallbackConfig
import CallbackControl
import CallbackCore
import CallbackEngine
import CallbackRules
import CallbackSources
import CallbackStore
import HTTPTransport
import Logging
import ServiceLifecycle

/// The one place where the parts are put together, in the order in which work flows.
struct Assembly {
    /// How long what is in flight may take at shutdown.
    private static let grace = Duration.seconds(30)

    private let configuration: Configuration
    private let book: RuleBookInForce.Current
    private let file: StateHolder
    private let secrets: Secrets
    private let timekeeper: any Timekeeper
    private let logger: Logger

    /// - Throws: `StateError` where the state file cannot be used, `VerbFailure` where a secret cannot be read.
    init(_ usable: UsableConfiguration, timekeeper: any Timekeeper, logger: Logger) throws {
        configuration = usable.configuration
        self.timekeeper = timekeeper
        self.logger = logger
        let (secrets, problems) = SecretReader().read(configuration.secrets)
        if let problem = problems.first { throw VerbFailure(.configuration, problem.message) }
        self.secrets = secrets
        let file = try StateFile(path: configuration.statePath)
        self.file = StateHolder(file)
        let version = try file.version(ofBook: usable.book.source.archive, now: timekeeper.now())
        let registry = try file.register(
            rules: configuration.rules.map(\.name), targets: configuration.targets.map(\.name))
        book = RuleBookInForce.Current(
            book: usable.book, version: version, registry: registry, sourcePrefix: "/\(file.id)")
        if file.wasUnclean { logger.notice("the last run did not end cleanly; going on from what is on disk") }
    }

    /// Whether a source has been in contact with its database before.
    func hasSeen(_ source: SourceName) throws -> Bool { try file.savedMark(of: source) != nil }

    /// Builds the daemon.
    /// - Parameter whenReady: called once, when every source is installed and watched.
    func services(whenReady: @escaping @Sendable () -> Void) throws -> [any Service] {
        let failure = Failure()
        let dispatcher = Dispatcher(timekeeper: timekeeper)
        let loop = CommitLoop(
            timekeeper: timekeeper, lastSequence: try file.lastSequence(), logger: logger,
            onCommitted: { dispatcher.committed($0) }, onBroken: { failure.report($0) })
        let readiness = Readiness(whenReady)
        let intake = try Intake(
            file: file, sources: configuration.sources.map(\.name), loop: loop, book: RuleBookInForce(book),
            timekeeper: timekeeper, logger: logger, onStatus: { readiness.look() })
        readiness.watch(intake)
        let actions = try makeActions { dispatcher.report($0) }
        let delivery = DeliveryService(
            file: file, loop: loop, dispatcher: dispatcher, plan: plan(actions),
            actions: Array(actions.values), grace: Self.grace, timekeeper: timekeeper, failure: failure,
            logger: logger)
        let janitor = Janitor(
            retention: configuration.retention, loop: loop, timekeeper: timekeeper, logger: logger)
        let daemon = Daemon(
            intake: intake, loop: loop, dispatcher: dispatcher, registry: book.registry,
            statePath: configuration.statePath, installers: try installers(), timekeeper: timekeeper)
        // Shutdown runs backwards: first nobody asks, then nothing comes in, last what is in flight is settled.
        var services: [any Service] = [delivery, janitor]
        for source in configuration.sources {
            services.append(SourceService(try makeSource(source), intake: intake, logger: logger))
        }
        services.append(ControlServer(settings: configuration.control, operations: daemon, logger: logger))
        services.append(FailureService(failure))
        return services
    }

    private func installers() throws -> [SourceName: SourceInstaller] {
        var installers: [SourceName: SourceInstaller] = [:]
        for source in configuration.sources {
            let installation = try SQLiteInstallation(settings: source, timekeeper: timekeeper)
            installers[source.name] = { try installation.install(into: $0, takeOver: $1) }
        }
        return installers
    }

    private func makeSource(_ settings: SourceSettings) throws -> any Source {
        try SQLiteSource(settings: settings, panelLog: configuration.limits.panelLog, timekeeper: timekeeper)
    }

    /// One action for each kind that a target uses.
    private func makeActions(_ report: @escaping AttemptReports) throws -> [String: any Action] {
        var actions: [String: any Action] = [:]
        let webhooks = configuration.targets.filter { $0.kind == WebhookDescription.kind }
        if !webhooks.isEmpty {
            let egress = try EgressPolicy(configuration.egressAllow)
            let now = timekeeper.now()
            let targets = try webhooks.map { settings in
                try WebhookTarget(settings, egress: egress, version: ProductVersion.text) { name in
                    secrets[name]?.values(at: now).map(\.text)
                }
            }
            for target in targets where target.isReadableOnTheWay {
                logger.warning("target \(target.name) uses plain http: others can read what is sent")
            }
            actions[WebhookDescription.kind] = try WebhookAction(
                targets: targets, timekeeper: timekeeper, maximumTransfers: configuration.limits.inFlight,
                report: report)
        }
        let commands = configuration.targets.filter { $0.kind == CommandDescription.kind }
        if !commands.isEmpty {
            let targets = Dictionary(uniqueKeysWithValues: commands.map { ($0.name, CommandTarget($0)) })
            let runner = HookRunner.Settings(
                executable: try HookRunnerPath.find(), lockPath: configuration.statePath + ".runner.lock",
                width: configuration.limits.inFlight)
            actions[CommandDescription.kind] = try CommandAction(
                targets: targets, runner: runner, timekeeper: timekeeper, onNotice: { [logger] in logger.note($0) },
                onReports: report)
        }
        return actions
    }

    private func plan(_ actions: [String: any Action]) -> Dispatcher.Plan {
        let secrets = secrets
        return Dispatcher.Plan(
            targets: configuration.targets.compactMap { settings in
                actions[settings.kind].map { Dispatcher.Target(settings: settings, action: $0) }
            },
            registry: book.registry, inFlightLimit: configuration.limits.inFlight,
            secrets: { secrets[$0]?.current.text }, book: book.book, version: book.version)
    }
}

extension Logger {
    fileprivate func note(_ notice: HookNotice) {
        switch notice {
        case .ready(let process): debug("hook runner ready", metadata: ["pid": "\(process)"])
        case .waiting(let words): warning("hook runner: \(words)")
        case .ended(let words): error("hook runner: \(words)")
        }
    }
}
