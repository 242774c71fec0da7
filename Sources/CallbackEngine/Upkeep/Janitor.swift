package import CallbackCore
import CallbackStore
package import Logging
import Synchronization

/// Removes finished work that is older or larger than the retention allows, in steps that no delivery feels, and gives
/// the room back to the disk.
///
/// What is owed stays. So do dead letters, unless the retention gives them an age of their own: they are what an
/// operator must still decide about.
package final class Janitor: Sendable {
    /// Nanoseconds between two looks at the disk, and between two sweeps.
    private static let look: Int64 = 5_000_000_000
    private static let interval: Int64 = 60_000_000_000

    private let retention: Mutex<RetentionSettings>
    private let loop: CommitLoop
    private let disk: DiskWatch?
    private let timekeeper: any Timekeeper
    private let mailbox: Mailbox<Void>
    private let isStopping = Atomic(false)
    private let isNew = Atomic(false)
    private let thread = Mutex<BlockingThread?>(nil)
    private let slowest = Atomic<Int64>(0)
    private let logger: Logger

    /// - Parameter disk: is looked at every few seconds.
    package init(
        retention: RetentionSettings,
        loop: CommitLoop,
        disk: DiskWatch? = nil,
        timekeeper: any Timekeeper,
        logger: Logger
    ) {
        self.retention = Mutex(retention)
        self.loop = loop
        self.disk = disk
        self.timekeeper = timekeeper
        self.logger = logger
        mailbox = Mailbox(timekeeper: timekeeper)
    }

    package func start() {
        let thread = BlockingThread(name: "janitor", priority: .low) { [self] in
            var sweep = Sweep()
            var next = timekeeper.monotonic()
            while !isStopping.load(ordering: .acquiring) {
                disk?.look()
                if isNew.exchange(false, ordering: .acquiringAndReleasing) { sweep = Sweep() }
                if timekeeper.monotonic() >= next {
                    run(&sweep)
                    next = timekeeper.monotonic() + Self.interval
                }
                // A wake that a pause inside the sweep has taken must not be waited for again.
                if isStopping.load(ordering: .acquiring) { return }
                if isNew.load(ordering: .acquiring) { next = timekeeper.monotonic() }
                _ = mailbox.take(until: min(next, timekeeper.monotonic() + Self.look))
                if isNew.load(ordering: .acquiring) { next = timekeeper.monotonic() }
            }
        }
        self.thread.withLock { $0 = thread }
    }

    package func stop() {
        isStopping.store(true, ordering: .releasing)
        mailbox.wake()
        thread.withLock { $0 }?.join()
    }

    /// Keeps finished work so long from now on, and looks at once what may go.
    package func use(_ retention: RetentionSettings) {
        self.retention.withLock { $0 = retention }
        isNew.store(true, ordering: .releasing)
        mailbox.wake()
    }

    /// The longest that one step has kept the writer busy so far, without its commit.
    package var slowestStep: Duration { .nanoseconds(slowest.load(ordering: .acquiring)) }

    // MARK: A sweep

    /// Goes through all classes once, step by step.
    private func run(_ sweep: inout Sweep) {
        let retention = retention.withLock { $0 }
        sweep.begin(retention, now: timekeeper.now(), monotonic: timekeeper.monotonic())
        while let task = sweep.next, !isStopping.load(ordering: .acquiring) {
            let size = sweep.size
            let clock = timekeeper
            let done = Reply<SweepStep?>(otherwise: nil)
            loop.performPatiently { commands in
                let start = clock.monotonic()
                var step = try task.perform(commands, size: size)
                step.duration = clock.monotonic() - start
                done.set(step)
            } done: { _ in
                done.release()
            }
            guard let step = wait(for: done) else { break }
            slowest.store(max(slowest.load(ordering: .relaxed), step.duration), ordering: .releasing)
            sweep.did(step)
            // Four fifths of the writer's time stay with what is delivered.
            _ = mailbox.take(until: timekeeper.monotonic() + max(4 * step.duration, Sweep.shortestPause))
        }
        log(sweep)
    }

    private func wait(for done: Reply<SweepStep?>) -> SweepStep? {
        while !isStopping.load(ordering: .acquiring) {
            if let step = done.wait(for: .milliseconds(200)) { return step }
        }
        return nil
    }

    private func log(_ sweep: Sweep) {
        if sweep.givenUp > 0 {
            logger.warning(
                "dead letters given up, older than retention: dead-letters",
                metadata: ["count": "\(sweep.givenUp)"])
        }
        for (what, count) in sweep.removed where count > 0 {
            logger.info("finished \(what) removed", metadata: ["count": "\(count)"])
        }
        if sweep.pages > 0 { logger.info("room given back to the disk", metadata: ["pages": "\(sweep.pages)"]) }
        if sweep.isFixedNewly {
            logger.notice(
                """
                the state file was made by an older version and keeps its size; free room in it is used again. \
                docs/operator/retention.md says how it can shrink
                """)
        }
    }
}
