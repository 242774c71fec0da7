package import CallbackCore
import CallbackRules
import CallbackStore
package import Logging
import Synchronization

/// Carries out replays: reads the journal page by page and lets the deliveries enter the queue at the pace asked for.
///
/// How far a replay has come is written with what it has queued, so after a crash it goes on where it was.
package final class Replayer: Sendable {
    /// How long it waits before it looks again after the file could not be read, in nanoseconds.
    private static let patience: Int64 = 5_000_000_000

    private let statePath: String
    private let loop: CommitLoop
    private let dispatcher: Dispatcher
    private let book: RuleBookInForce
    private let timekeeper: any Timekeeper
    private let logger: Logger
    private let mailbox: Mailbox<Void>
    private let isStopping = Atomic(false)
    private let thread = Mutex<BlockingThread?>(nil)

    package init(
        statePath: String,
        loop: CommitLoop,
        dispatcher: Dispatcher,
        book: RuleBookInForce,
        timekeeper: any Timekeeper,
        logger: Logger
    ) {
        self.statePath = statePath
        self.loop = loop
        self.dispatcher = dispatcher
        self.book = book
        self.timekeeper = timekeeper
        self.logger = logger
        mailbox = Mailbox(timekeeper: timekeeper)
    }

    package func start() {
        let thread = BlockingThread(name: "replayer") { [self] in
            while !isStopping.load(ordering: .acquiring) {
                do {
                    try run()
                } catch {
                    logger.warning("replays cannot go on for the moment: \(error)")
                    _ = mailbox.take(until: timekeeper.monotonic() + Self.patience)
                }
            }
        }
        self.thread.withLock { $0 = thread }
    }

    package func stop() {
        isStopping.store(true, ordering: .releasing)
        mailbox.wake()
        thread.withLock { $0 }?.join()
    }

    /// Somebody has begun a replay: looks into the file.
    package func look() { mailbox.post(()) }

    // MARK: Its thread

    private func run() throws {
        let queries = try StateQueries(path: statePath)
        var going = try opened(queries, besides: [])
        while !isStopping.load(ordering: .acquiring) {
            let now = timekeeper.monotonic()
            for index in going.indices.reversed() where going[index].next <= now {
                if try !goOn(&going[index], queries) { going.remove(at: index) }
                if isStopping.load(ordering: .acquiring) { return }
            }
            if !mailbox.take(until: going.map(\.next).min()).isEmpty {
                going += try opened(queries, besides: Set(going.map(\.number)))
            }
        }
    }

    /// The replays that go on and are not known yet.
    private func opened(_ queries: StateQueries, besides known: Set<Int64>) throws -> [ReplayProgress] {
        let current = book.current
        var found: [ReplayProgress] = []
        for summary in try queries.openReplays() where !known.contains(summary.number) {
            let version = summary.book ?? current.version
            do {
                let judging =
                    version == current.version || summary.request.sameID
                    ? current.book : try RuleBook.kept(version, content: queries.book(version: version))
                found.append(
                    ReplayProgress(summary, book: judging, version: version, now: timekeeper.monotonic()))
            } catch let error as StateError where error.kind == .corrupt || error.kind == .newer {
                end(summary.number, because: error.message)
            }
        }
        return found
    }

    /// Takes one step of a replay.
    /// - Returns: whether it goes on.
    private func goOn(_ progress: inout ReplayProgress, _ queries: StateQueries) throws -> Bool {
        let step = try progress.step(queries, numbers: book.current.registry.rules)
        // The file cannot be written: then nobody has asked for anything that could be done.
        guard let result = try written(step) else { return true }
        switch result {
        case .ended: return false
        case .full: progress.wait(with: step, now: timekeeper.monotonic())
        case .queued(let deliveries):
            if !deliveries.isEmpty { dispatcher.queuedAgain(deliveries) }
            progress.took(deliveries.count, now: timekeeper.monotonic())
            guard step.isLast else { return true }
            logger.notice(
                "replay queued completely", metadata: ["replay": "\(progress.number)", "target": "\(progress.target)"])
            return false
        }
        return true
    }

    /// Has a step written, behind what was handed over before: its rule book may be among that.
    /// - Returns: nil where the daemon stops first.
    private func written(_ step: ReplayStep) throws -> ReplayStepResult? {
        let reply = Reply<(result: ReplayStepResult?, error: (any Error)?)>(otherwise: (nil, nil))
        loop.performInOrder { commands in
            reply.set((try commands.take(step), nil))
        } done: { error in
            if let error { reply.set((nil, error)) }
            reply.release()
        }
        while !isStopping.load(ordering: .acquiring) {
            guard let answer = reply.wait(for: .milliseconds(200)) else { continue }
            if let error = answer.error { throw error }
            return answer.result
        }
        return nil
    }

    private func end(_ number: Int64, because problem: String) {
        logger.error("replay cannot go on: \(problem)", metadata: ["replay": "\(number)"])
        loop.perform {
            try $0.endReplay(number, because: problem)
        } done: { _ in
        }
    }
}
