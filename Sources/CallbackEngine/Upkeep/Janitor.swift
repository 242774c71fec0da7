package import CallbackCore
import CallbackStore
package import Logging
import Synchronization

/// Removes finished work that is older or larger than the retention allows, in steps that no delivery feels.
///
/// What is owed stays, and so do dead letters: they are what an operator must still decide about.
package final class Janitor: Sendable {
    /// Events removed in one step, and the pause between two steps in nanoseconds.
    private static let step = 200
    private static let pause: Int64 = 50_000_000
    private static let interval: Int64 = 60_000_000_000

    private let retention: RetentionSettings
    private let loop: CommitLoop
    private let timekeeper: any Timekeeper
    private let size: @Sendable () -> Int64
    private let mailbox: Mailbox<Void>
    private let isStopping = Atomic(false)
    private let thread = Mutex<BlockingThread?>(nil)
    private let logger: Logger

    /// - Parameter size: the bytes that the state file holds at the moment, free pages not counted.
    package init(
        retention: RetentionSettings,
        loop: CommitLoop,
        timekeeper: any Timekeeper,
        logger: Logger,
        size: @escaping @Sendable () -> Int64
    ) {
        self.retention = retention
        self.loop = loop
        self.timekeeper = timekeeper
        self.size = size
        self.logger = logger
        mailbox = Mailbox(timekeeper: timekeeper)
    }

    package func start() {
        let thread = BlockingThread(name: "janitor") { [self] in
            while !isStopping.load(ordering: .acquiring) {
                sweep()
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

    /// Removes what may go, step by step.
    private func sweep() {
        var removed = 0
        while !isStopping.load(ordering: .acquiring) {
            let now = timekeeper.now()
            let tooLarge = size() > retention.size
            let before = tooLarge ? now : Timestamp(milliseconds: now.milliseconds - retention.age.milliseconds)
            let count = step(before: before)
            removed += count
            guard count == Self.step else { break }
            _ = mailbox.take(until: timekeeper.monotonic() + Self.pause)
        }
        if removed > 0 { logger.info("finished events removed", metadata: ["count": "\(removed)"]) }
    }

    private func step(before: Timestamp) -> Int {
        let done = Reply(otherwise: 0)
        loop.perform { commands in
            done.set(try commands.removeFinished(before: before, count: Self.step))
        } done: { _ in
            done.release()
        }
        return done.wait()
    }
}
