package import CallbackCore
import CallbackStore
import Dispatch
package import Logging
import ServiceLifecycle

/// Writer, dispatcher and actions together: the last to stop, so that what is in flight is settled.
package final class DeliveryService: Service {
    private let file: StateHolder
    private let loop: CommitLoop
    private let dispatcher: Dispatcher
    private let plan: Dispatcher.Plan
    private let stopActions: @Sendable () async -> Void
    private let grace: Duration
    private let timekeeper: any Timekeeper
    private let failure: Failure
    private let logger: Logger

    /// - Parameters:
    ///   - stopActions: stops every action that was ever made; no report comes after it.
    ///   - grace: how long what is in flight may take at shutdown; what is unfinished then stays pending.
    package init(
        file: StateHolder,
        loop: CommitLoop,
        dispatcher: Dispatcher,
        plan: Dispatcher.Plan,
        stopActions: @escaping @Sendable () async -> Void,
        grace: Duration,
        timekeeper: any Timekeeper,
        failure: Failure,
        logger: Logger
    ) {
        self.file = file
        self.loop = loop
        self.dispatcher = dispatcher
        self.plan = plan
        self.stopActions = stopActions
        self.grace = grace
        self.timekeeper = timekeeper
        self.failure = failure
        self.logger = logger
    }

    package func run() async throws {
        let path = file.path
        loop.start { [file] in try file.makeWriter() }
        dispatcher.start(
            plan, loop: loop, timekeeper: timekeeper, logger: logger, isCautious: file.wasUnclean,
            makeReader: { try QueueReader(path: path) },
            onBroken: { [failure] in failure.report($0) })
        // Cancellation means the same as shutdown: what is in flight is settled all the same.
        do { try await gracefulShutdown() } catch is CancellationError {}
        await stop(isBroken: failure.first != nil)
        // The next start must see that not everything was written.
        if let broken = failure.first { throw broken }
        try file.close()
    }

    private func stop(isBroken: Bool) async {
        loop.closeIntake()
        if !isBroken {
            await dispatcher.drain(until: timekeeper.monotonic() + grace.nanoseconds)
        }
        await stopActions()
        await withCheckedContinuation { continuation in
            // Joining threads blocks, which the cooperative pool must never do.
            DispatchQueue.global().async { [self] in
                dispatcher.stop()
                loop.stop()
                continuation.resume()
            }
        }
    }
}
