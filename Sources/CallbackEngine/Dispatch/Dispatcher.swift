package import CallbackCore
package import CallbackRules
package import CallbackStore
package import Logging
import Synchronization

/// Moves deliveries from the queue to the actions and their outcomes back, on a thread of its own.
///
/// It decides in memory and writes through the `CommitLoop`. A delivery is in flight from the moment it is handed to its
/// action until its outcome is on disk, and only so many are in flight at once: that bounds the duplicates of a crash.
package final class Dispatcher: Sendable {
    /// What a target needs besides its name.
    package struct Target: Sendable {
        package let settings: TargetSettings
        package let action: any Action
        /// What an operator should not forget about it; shown in `status`.
        package let remarks: [String]

        package init(settings: TargetSettings, action: any Action, remarks: [String] = []) {
            self.remarks = remarks
            self.settings = settings
            self.action = action
        }
    }

    /// What the dispatcher works with, until a reload gives it another one.
    package struct Plan: Sendable {
        package var targets: [Target]
        package var registry: Registry
        /// Limits of all targets together.
        package var inFlightLimit: Int
        /// Resolves `${secret.name}` in headers.
        package var secrets: @Sendable (String) -> String?
        /// The rule book in force.
        package var book: RuleBook
        /// Its version.
        package var version: Int64
        /// The first part of the CloudEvents `source` of our own events, such as `/st_…`.
        package var sourcePrefix: String

        /// The rules in force. Deliveries of others are parked.
        var rules: Set<RuleName> { Set(book.source.rules.map(\.name)) }

        package init(
            targets: [Target], registry: Registry, inFlightLimit: Int,
            secrets: @escaping @Sendable (String) -> String?, book: RuleBook, version: Int64,
            sourcePrefix: String = ""
        ) {
            self.targets = targets
            self.registry = registry
            self.inFlightLimit = inFlightLimit
            self.secrets = secrets
            self.book = book
            self.version = version
            self.sourcePrefix = sourcePrefix
        }
    }

    enum Message: Sendable {
        case committed(CommitLoop.Committed)
        case reports([AttemptReport])
        case command(OperatorCommand, @Sendable (CommandAnswer) -> Void)
        case commandDone(PendingCommand)
        case test(TargetName, Attempt, @Sendable (AttemptReport) -> Void)
        case adopt(Plan, changed: Set<TargetName>, install: @Sendable () -> Void)
        /// The writer has told everything that it had committed when the sweeper asked.
        case swept
        case status(@Sendable ([DaemonStatus.TargetLine]) -> Void)
        case drain(until: Int64)
        case stop
    }

    let mailbox: Mailbox<Message>
    private let thread = Mutex<BlockingThread?>(nil)
    private let drained = Signal()
    private let sweepEvery: Duration

    /// - Parameter sweepEvery: how often memory is compared with the file.
    package init(timekeeper: any Timekeeper, sweepEvery: Duration = .seconds(10)) {
        self.sweepEvery = sweepEvery
        mailbox = Mailbox(timekeeper: timekeeper)
    }

    /// Begins to deliver.
    /// - Parameters:
    ///   - makeReader: opens the queue for reading, on the dispatcher's thread.
    ///   - onBroken: called once when the queue cannot be read.
    package func start(
        _ plan: Plan,
        loop: CommitLoop,
        timekeeper: any Timekeeper,
        logger: Logger,
        makeReader: @escaping @Sendable () throws -> QueueReader,
        onBroken: @escaping @Sendable (any Error) -> Void
    ) {
        let thread = BlockingThread(name: "dispatcher") { [self] in
            do {
                var turn = try DispatchTurn(
                    plan: plan, queue: makeReader(), mailbox: mailbox, loop: loop, clock: ProcessClock(timekeeper),
                    sweepEvery: sweepEvery, logger: logger)
                try turn.run()
            } catch {
                onBroken(error)
            }
            drained.raise()
            refuseEverything()
        }
        self.thread.withLock { $0 = thread }
    }

    /// After the last turn: whoever still asks is told so, until the daemon ends.
    private func refuseEverything() {
        let words = "the daemon is stopping"
        while true {
            for message in mailbox.take(until: nil) {
                switch message {
                case .command(let command, let reply):
                    reply(CommandAnswer(items: [.init(name: command.word, done: false, words: words)]))
                case .commandDone(let pending): pending.reply(pending.answer)
                case .test(_, let attempt, let reply):
                    reply(
                        AttemptReport(
                            delivery: attempt.delivery, outcome: .unavailable(retryAfter: nil),
                            startedAt: Timestamp(milliseconds: 0), duration: .zero, reason: words))
                case .status(let reply): reply([])
                case .committed, .reports, .adopt, .drain, .swept: break
                case .stop: return
                }
            }
        }
    }

    /// What the writer has made durable.
    package func committed(_ committed: CommitLoop.Committed) { mailbox.post(.committed(committed)) }

    /// How attempts ended.
    package func report(_ reports: [AttemptReport]) { mailbox.post(.reports(reports)) }

    /// Starts nothing more and returns when what is in flight is settled, or the grace is over.
    /// - Parameter deadline: monotonic nanoseconds.
    package func drain(until deadline: Int64) async {
        mailbox.post(.drain(until: deadline))
        await drained.wait()
    }

    /// Ends the thread. Blocks until it has ended.
    package func stop() {
        mailbox.post(.stop)
        thread.withLock { $0 }?.join()
    }

    /// Goes on with another plan, from the next turn on. What is in flight is settled as it began.
    /// - Parameters:
    ///   - changed: targets whose settings changed, which are tried at once again.
    ///   - install: gives the actions their new settings; called between two turns, so that each attempt starts wholly
    ///     under the old or wholly under the new ones.
    package func adopt(_ plan: Plan, changed: Set<TargetName>, install: @escaping @Sendable () -> Void) {
        mailbox.post(.adopt(plan, changed: changed, install: install))
    }

    package func perform(_ command: OperatorCommand) async -> CommandAnswer {
        await withCheckedContinuation { continuation in
            mailbox.post(.command(command) { continuation.resume(returning: $0) })
        }
    }

    package func targetLines() async -> [DaemonStatus.TargetLine] {
        await withCheckedContinuation { continuation in
            mailbox.post(.status { continuation.resume(returning: $0) })
        }
    }

    /// Makes one attempt that stands in no queue, for an operator who wants to see what a target answers.
    package func test(_ target: TargetName, attempt: Attempt) async -> AttemptReport {
        await withCheckedContinuation { continuation in
            mailbox.post(.test(target, attempt) { continuation.resume(returning: $0) })
        }
    }
}

/// A command whose change is being written.
struct PendingCommand: Sendable {
    /// The deliveries that the command concerns.
    var deliveries: [QueuedDelivery]
    var command: OperatorCommand
    var answer: CommandAnswer
    var reply: @Sendable (CommandAnswer) -> Void
}
