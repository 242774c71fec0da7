import ServiceLifecycle
import Synchronization

/// The first thing that went so wrong that the daemon must end.
package final class Failure: Sendable {
    private let stored = Mutex<(any Error)?>(nil)
    private let happened = Signal()

    package init() {}

    package func report(_ error: any Error) {
        stored.withLock { if $0 == nil { $0 = error } }
        happened.raise()
    }

    var first: (any Error)? { stored.withLock { $0 } }

    /// Waits for a failure or for the daemon's graceful shutdown.
    func orShutdown() async {
        await withGracefulShutdownHandler {
            await happened.wait()
        } onGracefulShutdown: { [happened] in
            happened.raise()
        }
    }
}

/// Ends the daemon when something broke. It stands last among the services, so that the others are shut down in their
/// order while the broken part still answers whoever waits for it.
package final class FailureService: Service {
    private let failure: Failure

    package init(_ failure: Failure) { self.failure = failure }

    package func run() async throws {
        await failure.orShutdown()
        if let error = failure.first { throw error }
    }
}
