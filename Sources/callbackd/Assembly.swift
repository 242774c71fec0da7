import CallbackControl
import CallbackCore
import CallbackEngine
import CallbackRules
import CallbackStore
import Logging
import ServiceLifecycle
import UnixSignals

/// The one place where the parts are put together, in the order in which work flows.
struct Assembly {
    /// How long what is in flight may take at shutdown.
    private static let grace = Duration.seconds(30)

    private let files: ConfigurationFiles
    private let content: ReloadContent
    private let patterns: [String]
    private let book: RuleBookInForce
    private let file: StateHolder
    private let dispatcher: Dispatcher
    private let timekeeper: any Timekeeper
    private let logger: Logger

    /// - Throws: `StateError` where the state file cannot be used, `VerbFailure` where a secret cannot be read.
    init(_ usable: UsableConfiguration, timekeeper: any Timekeeper, logger: Logger) throws {
        let configuration = usable.configuration
        self.timekeeper = timekeeper
        self.logger = logger
        patterns = usable.loaded.patterns
        let dispatcher = Dispatcher(timekeeper: timekeeper)
        self.dispatcher = dispatcher
        let actions = ActionSet(timekeeper: timekeeper, logger: logger) { dispatcher.report($0) }
        files = ConfigurationFiles(path: configuration.file, actions: actions)
        switch files.content(of: usable) {
        case .success(let content): self.content = content
        case .failure(let problems):
            throw VerbFailure(.configuration, problems.diagnostics.map(\.message).joined(separator: "; "))
        }
        let file = try StateFile(path: configuration.statePath)
        self.file = StateHolder(file)
        let version = try file.version(ofBook: usable.book.source.archive, now: timekeeper.now())
        let registry = try file.register(
            rules: configuration.rules.map(\.name), targets: configuration.targets.map(\.name))
        book = RuleBookInForce(
            .init(book: usable.book, version: version, registry: registry, sourcePrefix: "/\(file.id)"))
        if file.wasUnclean { logger.notice("the last run did not end cleanly; going on from what is on disk") }
        try file.recover(configuration.targets, registry, now: timekeeper.now()).log(to: logger)
    }

    /// Whether a source has been in contact with its database before.
    func hasSeen(_ source: SourceName) throws -> Bool { try file.savedMark(of: source) != nil }

    /// Builds the daemon.
    /// - Parameters:
    ///   - hangups: each asks for a reload.
    ///   - whenReady: called once, when every source is installed and watched.
    func services(hangups: UnixSignalsSequence, whenReady: @escaping @Sendable () -> Void) throws -> [any Service] {
        let configuration = content.configuration
        let failure = Failure()
        let loop = CommitLoop(
            timekeeper: timekeeper, lastSequence: try file.lastSequence(), queueLimit: configuration.limits.queue,
            ballast: Ballast(statePath: configuration.statePath), logger: logger,
            onCommitted: { dispatcher.committed($0) }, onBroken: { failure.report($0) })
        let readiness = Readiness(whenReady)
        let intake = try Intake(
            file: file, sources: configuration.sources.map(\.name),
            limits: configuration.limits, loop: loop, book: book,
            timekeeper: timekeeper, logger: logger, onStatus: { readiness.look() })
        readiness.watch(intake)
        let prepared = try content.prepare()
        prepared.install()
        let delivery = DeliveryService(
            file: file, loop: loop, dispatcher: dispatcher, plan: plan(prepared.targets),
            stopActions: { [actions = files.actions] in await actions.stop() }, grace: Self.grace,
            timekeeper: timekeeper, failure: failure, logger: logger)
        let disk = DiskWatch(
            statePath: configuration.statePath, timekeeper: timekeeper, logger: logger,
            raise: { intake.raise($0) })
        let janitor = Janitor(
            retention: configuration.retention, loop: loop, disk: disk, timekeeper: timekeeper, logger: logger)
        let replayer = Replayer(
            statePath: configuration.statePath, loop: loop, dispatcher: dispatcher, book: book, timekeeper: timekeeper,
            logger: logger)
        let reloader = Reloader(
            inForce: content, patterns: patterns,
            switchover: Switchover(
                file: file, loop: loop, intake: intake, inForce: book, dispatcher: dispatcher, janitor: janitor),
            timekeeper: timekeeper, logger: logger, read: { [files] in files.read() })
        let sources = SourceSet(configuration: configuration, access: files.access, timekeeper: timekeeper)
        let daemon = Daemon(
            intake: intake, loop: loop, dispatcher: dispatcher, reloader: reloader, replayer: replayer, disk: disk,
            statePath: configuration.statePath, installers: try sources.installers, timekeeper: timekeeper)
        // Shutdown runs backwards: first nobody asks, then nothing comes in, last what is in flight is settled.
        var services: [any Service] = [delivery, janitor, replayer]
        for source in configuration.sources {
            services.append(SourceService(try sources.source(source), intake: intake, logger: logger))
        }
        services.append(reloader)
        services.append(HangupService(hangups, reloader))
        services.append(ControlServer(settings: configuration.control, operations: daemon, logger: logger))
        services.append(FailureService(failure))
        return services
    }

    private func plan(_ targets: [Dispatcher.Target]) -> Dispatcher.Plan {
        let current = book.current
        return Dispatcher.Plan(
            targets: targets, registry: current.registry, inFlightLimit: content.configuration.limits.inFlight,
            secrets: content.secret, book: current.book, version: current.version, sourcePrefix: current.sourcePrefix)
    }
}
