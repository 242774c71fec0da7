import CallbackCore
import CallbackEngine
import CallbackRules
import CallbackStore
import Logging

/// An intake for verbs that work on a source while no daemon runs: what they make durable goes the same way.
enum OfflineIntake {
    /// Holds the state file's lock while `body` works.
    /// - Throws: `StateError` of kind `heldByAnother` where a daemon runs: stop it first.
    static func use(
        _ loaded: UsableConfiguration,
        source: SourceName,
        _ body: (Intake) throws -> Void
    ) throws {
        let configuration = loaded.configuration
        let lock = try StateLock(statePath: configuration.statePath)
        let file = try StateFile(path: configuration.statePath)
        let timekeeper = SystemTimekeeper()
        let version = try file.version(ofBook: loaded.book.source.archive, now: timekeeper.now())
        let registry = try file.register(
            rules: configuration.rules.map(\.name), targets: configuration.targets.map(\.name))
        let logger = Logger(label: "callbackd") { StreamLogHandler.standardError(label: $0) }
        let loop = CommitLoop(
            timekeeper: timekeeper, lastSequence: try file.lastSequence(), logger: logger, onCommitted: { _ in },
            onBroken: { Terminal.say("callbackd: \($0)") })
        let holder = StateHolder(file)
        let intake = try Intake(
            file: holder, sources: [source], limits: configuration.limits, loop: loop,
            book: RuleBookInForce(
                .init(book: loaded.book, version: version, registry: registry, sourcePrefix: "/\(file.id)")),
            timekeeper: timekeeper, logger: logger, onStatus: {})
        loop.start { try holder.makeWriter() }
        defer { loop.stop() }
        try body(intake)
        loop.stop()
        // After a crash the next start must still see that it was one.
        if !holder.wasUnclean { try holder.close() }
        withExtendedLifetime(lock) {}
    }

    /// Removes a source: first from its database, then, unless its log stays, from the state file.
    static func forget(
        _ configuration: Configuration,
        source: SourceName,
        unless keepLog: Bool,
        _ remove: () throws -> Void
    ) throws {
        let lock = try StateLock(statePath: configuration.statePath)
        try remove()
        guard !keepLog else { return }
        let file = try StateFile(path: configuration.statePath)
        _ = try StateWriter(file).write(
            Turn(), commands: [{ try $0.forgetSource(source) }], now: SystemTimekeeper().now())
        if !file.wasUnclean { try file.close() }
        withExtendedLifetime(lock) {}
    }
}
