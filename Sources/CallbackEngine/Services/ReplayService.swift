import Dispatch
import ServiceLifecycle

extension Replayer: Service {
    package func run() async throws {
        start()
        // Nothing can end it but the daemon's shutdown; cancellation means the same.
        do { try await gracefulShutdown() } catch is CancellationError {}
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async { [self] in
                stop()
                continuation.resume()
            }
        }
    }
}
