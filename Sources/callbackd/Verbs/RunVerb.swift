import ArgumentParser
import CallbackControl
import CallbackCore
import CallbackSources
import CallbackStore
import Glibc
import Logging
import ServiceLifecycle
import UnixSignals

/// `callbackd run`
struct RunVerb: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Watch, match and deliver until told to stop.",
        discussion: """
            Prints `ready` when every source is installed and watched. SIGHUP, `callbackd reload` and a change of a \
            configuration file put new rules, targets and secrets in force; SIGTERM ends it.
            """)

    @OptionGroup var configuration: ConfigurationOption

    @Option(help: "trace, debug, info, notice, warning, error or critical.")
    var logLevel = "notice"

    func validate() throws {
        guard Logger.Level(rawValue: logLevel) != nil else {
            let levels = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("there is no log level \"\(logLevel)\"; there are \(levels)")
        }
    }

    func run() async throws {
        signal(SIGPIPE, SIG_IGN)
        // Trapped before anything else: a reload that is asked for while the daemon starts must not end it.
        let hangups = await UnixSignalsSequence(trapping: .sighup)
        let usable = try LoadedConfiguration.usable(path: configuration.path, here: .error)
        let settings = usable.configuration
        var logger = Logger(label: "callbackd") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = Logger.Level(rawValue: logLevel) ?? .notice
        for finding in usable.loaded.diagnostics { logger.warning("\(finding.message)") }
        let lock = try takeLock(settings.statePath)
        try ControlServer.check(settings.control)
        let assembly = try Assembly(usable, timekeeper: SystemTimekeeper(), logger: logger)
        try refuseUnseen(settings, assembly)
        let services = try assembly.services(hangups: hangups) { Terminal.print("ready") }
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: services.map {
                    .init(
                        service: $0, successTerminationBehavior: .gracefullyShutdownGroup,
                        failureTerminationBehavior: .gracefullyShutdownGroup)
                },
                logger: logger))
        // Trapped before anything starts: a signal that comes right after `ready` must find its handler.
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                for await _ in signals { await group.triggerGracefulShutdown() }
            }
            try await group.run()
            tasks.cancelAll()
        }
        logger.notice("stopped")
        withExtendedLifetime(lock) {}
    }

    /// An earlier daemon may be on its way out: it gets five seconds.
    private func takeLock(_ statePath: String) throws -> StateLock {
        let step = 100
        for _ in 0..<(5000 / step) {
            do throws(StateError) {
                return try StateLock(statePath: statePath)
            } catch {
                guard error.kind == .heldByAnother else { throw error }
            }
            var rest = timespec(tv_sec: 0, tv_nsec: step * 1_000_000)
            nanosleep(&rest, nil)
        }
        return try StateLock(statePath: statePath)
    }

    /// A database that was never seen and is not there is a mistake in the configuration; one that was seen may come
    /// back, and its source waits.
    private func refuseUnseen(_ settings: Configuration, _ assembly: Assembly) throws {
        for source in settings.sources {
            guard let path = source.settings.text("path"), access(path, F_OK) != 0 else { continue }
            guard try !assembly.hasSeen(source.name) else { continue }
            throw VerbFailure(
                .noInput,
                "source \"\(source.name)\": there is no database at \(path), and none was ever seen there; "
                    + "check `path`, or create the database first")
        }
    }
}
