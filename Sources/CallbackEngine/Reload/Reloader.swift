package import CallbackCore
import CallbackStore
import Dispatch
package import Logging
import ServiceLifecycle
import Synchronization

/// Decides when the configuration is read again, one reload after the other, and knows how the last one went.
///
/// Whoever asks while one is under way waits for the next one, which serves all of them. Changes on disk are let settle
/// first: a burst of writes is one reload.
package final class Reloader: Service {
    private enum Message: Sendable {
        case asked(by: String, @Sendable (ReloadReport) -> Void)
        case filesChanged
        case stop
    }

    private struct State: Sendable {
        var content: ReloadContent
        var patterns: [String]
        var since: Timestamp
        var failure: DaemonStatus.ConfigurationLine.Failure?
    }

    private let read: @Sendable () -> ReloadReading
    private let switchover: Switchover
    private let timekeeper: any Timekeeper
    private let logger: Logger
    private let mailbox: Mailbox<Message>
    private let state: Mutex<State>
    private let watch: ConfigurationWatch?
    private let isStopping = Atomic(false)

    /// - Parameters:
    ///   - content: what is in force at the start.
    ///   - patterns: what is watched from the start.
    ///   - read: reads and checks the files. Called on a thread that may block.
    package init(
        inForce content: ReloadContent,
        patterns: [String],
        switchover: Switchover,
        timekeeper: any Timekeeper,
        logger: Logger,
        read: @escaping @Sendable () -> ReloadReading
    ) {
        self.read = read
        self.switchover = switchover
        self.timekeeper = timekeeper
        self.logger = logger
        let mailbox = Mailbox<Message>(timekeeper: timekeeper)
        self.mailbox = mailbox
        state = Mutex(State(content: content, patterns: patterns, since: timekeeper.now()))
        watch = ConfigurationWatch(logger: logger) { mailbox.post(.filesChanged) }
        // The kernel notes from now on what changes, also before the thread runs.
        _ = watch?.look(at: content.configuration.watchesFiles ? patterns : [])
    }

    /// Has the configuration read again, without waiting for it.
    /// - Parameter who: for the log.
    package func ask(by who: String) { mailbox.post(.asked(by: who) { _ in }) }

    /// Has the configuration read again and waits for the verdict.
    package func reload(by who: String) async -> ReloadReport {
        await withCheckedContinuation { continuation in
            mailbox.post(.asked(by: who) { continuation.resume(returning: $0) })
        }
    }

    /// Says that a file may have changed: it is read again when nothing more comes for a moment.
    package func filesChanged() { mailbox.post(.filesChanged) }

    /// What is in force, and how the last reload went.
    package var line: DaemonStatus.ConfigurationLine {
        let state = state.withLock { $0 }
        return DaemonStatus.ConfigurationLine(
            path: state.content.configuration.file, version: switchover.version, since: state.since.description,
            failure: state.failure)
    }

    /// How many waiting deliveries are parked. Blocks; 10000 stands for that many and more.
    func countParked() throws -> Int {
        let configuration = state.withLock { $0.content.configuration }
        return try switchover.countParked(by: configuration, limit: BoundedCount.limit)
    }

    package func run() async throws {
        watch?.start()
        let thread = BlockingThread(name: "reloader") { [self] in work() }
        // Nothing else ends it; cancellation means the same.
        do { try await gracefulShutdown() } catch is CancellationError {}
        isStopping.store(true, ordering: .releasing)
        mailbox.post(.stop)
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async { [watch] in
                watch?.stop()
                thread.join()
                continuation.resume()
            }
        }
    }

    // MARK: The reloader's thread

    private func work() {
        var settles = Settling()
        while true {
            var asked: [(by: String, reply: @Sendable (ReloadReport) -> Void)] = []
            var isStopped = false
            for message in mailbox.take(until: settles.until) {
                switch message {
                case .asked(let who, let reply): asked.append((who, reply))
                case .filesChanged: settles.changed(at: timekeeper.monotonic())
                case .stop: isStopped = true
                }
            }
            if isStopped {
                for (_, reply) in asked { reply(report(.stopping)) }
                return
            }
            guard !asked.isEmpty || settles.isDue(at: timekeeper.monotonic()) else { continue }
            // What changed on disk so far is read now, whoever asked.
            settles = Settling()
            let report = reload(by: asked.isEmpty ? "a changed file" : asked.map(\.by).joined(separator: ", "))
            for (_, reply) in asked { reply(report) }
        }
    }

    private func reload(by who: String) -> ReloadReport {
        let reading = read()
        look(at: reading)
        guard let content = reading.content else { return refuse(reading.diagnostics, reading, by: who) }
        let current = state.withLock { $0.content }
        let restarts = RestartNeeded.diagnostics(from: current.configuration, to: content.configuration)
        guard restarts.isEmpty else { return refuse(restarts, reading, by: who) }
        for finding in reading.diagnostics { logger.warning("\(finding.message)", metadata: finding.metadata) }
        let change = ConfigurationChange(from: current, to: content)
        guard !change.isEmpty else {
            state.withLock { $0.failure = nil }
            logger.notice("configuration read again: nothing changed", metadata: ["by": "\(who)"])
            return report(.unchanged, reading)
        }
        do {
            return try put(content, change, reading, by: who)
        } catch {
            let other = [Diagnostic(.error, ReloadCode.cannotChange.rawValue, "\(error)", at: nil)]
            return refuse((error as? DiagnosticList)?.diagnostics ?? other, reading, by: who)
        }
    }

    private func put(
        _ content: ReloadContent, _ change: ConfigurationChange, _ reading: ReloadReading, by who: String
    ) throws -> ReloadReport {
        let before = state.withLock { $0.content.configuration }
        let previous = switchover.version
        let released = try switchover.countReleased(from: before, to: content.configuration)
        let version = try switchover.perform(
            content, toTry: change.targetsToTry(of: content.configuration),
            isStopping: { self.isStopping.load(ordering: .acquiring) })
        guard let version else { return report(.stopping) }
        let now = timekeeper.now()
        state.withLock { state in
            state.content = content
            state.since = now
            state.failure = nil
        }
        // It is in force now, whatever can be said about it.
        let parked = (try? switchover.countParked(by: content.configuration)) ?? 0
        logger.notice(
            "configuration reloaded",
            metadata: [
                "by": "\(who)", "version": "\(version)", "rules": "\(change.rules.counts)",
                "targets": "\(change.targets.counts)", "parked": "\(parked)", "released": "\(released)",
            ])
        return ReloadReport(
            .inForce, previousVersion: previous, version: version, rules: change.rules, targets: change.targets,
            secrets: change.secrets, others: change.others, parked: parked, released: released,
            findings: reading.diagnostics.map { .init($0) }, words: reading.show(reading.diagnostics))
    }

    /// Watches what the files name now, also where they are wrong: the mistake may be mended in any of them.
    private func look(at reading: ReloadReading) {
        let (patterns, isWatching) = state.withLock { state in
            // A file that cannot be read does not say what it includes.
            let isWhole = reading.content != nil
            state.patterns = isWhole ? reading.patterns : Array(Set(state.patterns).union(reading.patterns)).sorted()
            return (state.patterns, (reading.content ?? state.content).configuration.watchesFiles)
        }
        guard let watch, isWatching else {
            _ = watch?.look(at: [])
            return
        }
        // What changed in a new directory before it was watched is read by one more look.
        if watch.look(at: patterns) { mailbox.post(.filesChanged) }
    }

    private func refuse(_ diagnostics: [Diagnostic], _ reading: ReloadReading, by who: String) -> ReloadReport {
        let version = switchover.version
        let errors = diagnostics.filter { $0.severity == .error }
        for finding in diagnostics {
            let level: Logger.Level = finding.severity == .error ? .error : .warning
            logger.log(level: level, "configuration: \(finding.message)", metadata: finding.metadata)
        }
        logger.error(
            "the new configuration is refused; the one before stays in force",
            metadata: ["by": "\(who)", "errors": "\(errors.count)", "version": "\(version)"])
        let first = errors.first.map { error in
            error.place.map { "\($0.file):\($0.line): \(error.message)" } ?? error.message
        }
        let at = timekeeper.now().description
        state.withLock { $0.failure = .init(at: at, reason: first ?? "it cannot be used") }
        return ReloadReport(
            .refused, previousVersion: version, version: version, findings: diagnostics.map { .init($0) },
            words: reading.show(diagnostics))
    }

    private func report(_ verdict: ReloadReport.Verdict, _ reading: ReloadReading? = nil) -> ReloadReport {
        ReloadReport(
            verdict, previousVersion: switchover.version, version: switchover.version,
            findings: reading?.diagnostics.map { .init($0) } ?? [],
            words: reading.map { $0.show($0.diagnostics) } ?? "")
    }
}

extension Diagnostic {
    fileprivate var metadata: Logger.Metadata {
        var metadata: Logger.Metadata = ["code": "\(code)"]
        if let place { metadata["at"] = "\(place.file):\(place.line):\(place.column)" }
        return metadata
    }
}

extension ReloadReport.Names {
    /// Such as `+1 -0 ~2`.
    fileprivate var counts: String { "+\(added.count) -\(removed.count) ~\(changed.count)" }
}
