import CallbackCore
import CallbackRules
import CallbackStore
import Synchronization

/// The one step by which a new configuration comes into force.
///
/// Everything that can fail is done before it. Then the writer, the sources and the dispatcher go over in this order:
/// the sources match with the new book from the moment at which the writer is told; the writer commits names and book in
/// one transaction, behind what was matched before; the dispatcher takes the new plan when that is on disk.
package struct Switchover: Sendable {
    private let file: StateHolder
    private let loop: CommitLoop
    private let intake: Intake
    private let inForce: RuleBookInForce
    private let dispatcher: Dispatcher
    private let janitor: Janitor

    package init(
        file: StateHolder, loop: CommitLoop, intake: Intake, inForce: RuleBookInForce, dispatcher: Dispatcher,
        janitor: Janitor
    ) {
        self.file = file
        self.loop = loop
        self.intake = intake
        self.inForce = inForce
        self.dispatcher = dispatcher
        self.janitor = janitor
    }

    /// The version in force.
    var version: Int64 { inForce.current.version }

    /// Waiting deliveries that a configuration parks and the next one does not.
    func countReleased(from old: Configuration, to new: Configuration) throws -> Int {
        try StateQueries(path: file.path).parked(by: old.names, butNotBy: new.names)
    }

    /// Waiting deliveries that a configuration parks.
    func countParked(by configuration: Configuration, limit: Int? = nil) throws -> Int {
        try StateQueries(path: file.path).parked(by: configuration.names, limit: limit)
    }

    /// Puts a configuration in force and returns when that is on disk. Blocks.
    /// - Parameters:
    ///   - toTry: targets that are tried at once, whatever was found out about them before.
    ///   - isStopping: looked at while the disk makes it wait.
    /// - Returns: the version of the rule book; nil where the daemon stopped first.
    /// - Throws: why it is not in force; then everything is as before, or the daemon ends because the file is broken.
    func perform(
        _ content: ReloadContent,
        toTry: Set<TargetName>,
        isStopping: @Sendable () -> Bool
    ) throws -> Int64? {
        let prepared = try content.prepare()
        let configuration = content.configuration
        let draft = try file.draft(
            rules: configuration.rules.map(\.name), targets: configuration.targets.map(\.name),
            book: content.book.source.archive)
        let plan = Dispatcher.Plan(
            targets: prepared.targets, registry: draft.registry, inFlightLimit: configuration.limits.inFlight,
            secrets: content.secret, book: content.book, version: draft.version,
            sourcePrefix: inForce.current.sourcePrefix)
        let next = RuleBookInForce.Current(
            book: content.book, version: draft.version, registry: draft.registry,
            sourcePrefix: inForce.current.sourcePrefix)
        let written = Reply<(any Error)?>(otherwise: nil)
        inForce.replace(with: next) {
            loop.performInOrder {
                try $0.write(draft)
            } done: { [loop, intake, dispatcher, janitor] error in
                if error == nil {
                    // Before the turn that this stands in is measured.
                    loop.use(queueLimit: configuration.limits.queue)
                    intake.use(configuration.limits)
                    dispatcher.adopt(plan, changed: toTry, install: prepared.install)
                    janitor.use(configuration.retention)
                }
                written.set(error)
                written.release()
            }
        }
        // A full disk is waited out like any other commit; only the daemon's end cuts that short.
        while !isStopping() {
            guard let error = written.wait(for: .milliseconds(200)) else { continue }
            if let error { throw error }
            return draft.version
        }
        return nil
    }
}
