import Dispatch
import ServiceLifecycle

extension Janitor: Service {
    package func run() async throws {
        start()
        // Nothing can end a janitor but the daemon's shutdown; cancellation means the same.
        do { try await gracefulShutdown() } catch is CancellationError {}
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async { [self] in
                stop()
                continuation.resume()
            }
        }
    }
}
