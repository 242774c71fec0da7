package import CallbackCore
import CallbackStore
package import Logging
import Synchronization

/// Removes finished work that is older or larger than the retention allows, in steps that no delivery feels.
///
/// What is owed stays, and so do dead letters: they are what an operator must still decide about.
package final class Janitor: Sendable {
    /// Events looked at in one step, and the pause between two steps in nanoseconds.
    private static let step = 200
    private static let pause: Int64 = 50_000_000
    private static let interval: Int64 = 60_000_000_000

    private let retention: Mutex<RetentionSettings>
    private let loop: CommitLoop
    private let timekeeper: any Timekeeper
    private let mailbox: Mailbox<Void>
    private let isStopping = Atomic(false)
    private let thread = Mutex<BlockingThread?>(nil)
    private let logger: Logger

    package init(
        retention: RetentionSettings,
        loop: CommitLoop,
        timekeeper: any Timekeeper,
        logger: Logger
    ) {
        self.retention = Mutex(retention)
        self.loop = loop
        self.timekeeper = timekeeper
        self.logger = logger
        mailbox = Mailbox(timekeeper: timekeeper)
    }

    package func start() {
        let thread = BlockingThread(name: "janitor") { [self] in
            while !isStopping.load(ordering: .acquiring) {
                sweep()
                // A wake that a pause inside the sweep has taken must not be waited for again.
                if isStopping.load(ordering: .acquiring) { return }
                _ = mailbox.take(until: timekeeper.monotonic() + Self.interval)
            }
        }
        self.thread.withLock { $0 = thread }
    }

    package func stop() {
        isStopping.store(true, ordering: .releasing)
        mailbox.wake()
        thread.withLock { $0 }?.join()
    }

    /// Keeps finished work so long from now on.
    func use(_ retention: RetentionSettings) { self.retention.withLock { $0 = retention } }

    /// Removes what may go, step by step, the oldest first.
    private func sweep() {
        var removed = 0
        var position: Int64? = 0
        while let after = position, !isStopping.load(ordering: .acquiring) {
            let step = step(after: after)
            removed += step.removed
            position = step.next
            _ = mailbox.take(until: timekeeper.monotonic() + Self.pause)
        }
        if removed > 0 { logger.info("finished events removed", metadata: ["count": "\(removed)"]) }
    }

    private func step(after: Int64) -> StateCommands.Removal {
        let done = Reply(otherwise: StateCommands.Removal(removed: 0, next: nil))
        let now = timekeeper.now()
        let retention = retention.withLock { $0 }
        loop.perform { commands in
            let isTooLarge = try commands.contentSize() > retention.size
            let before = isTooLarge ? now : Timestamp(milliseconds: now.milliseconds - retention.age.milliseconds)
            done.set(try commands.removeFinished(after: after, before: before, count: Self.step))
        } done: { _ in
            done.release()
        }
        while !isStopping.load(ordering: .acquiring) {
            if let removal = done.wait(for: .milliseconds(200)) { return removal }
        }
        return StateCommands.Removal(removed: 0, next: nil)
    }
}
