import ServiceLifecycle
import Synchronization

/// The first thing that went so wrong that the daemon must end.
package final class Failure: Sendable {
    private let stream: AsyncStream<any Error>
    private let continuation: AsyncStream<any Error>.Continuation

    package init() {
        (stream, continuation) = AsyncStream.makeStream(of: (any Error).self, bufferingPolicy: .bufferingOldest(1))
    }

    package func report(_ error: any Error) { continuation.yield(error) }

    /// Waits for a failure or for the daemon's graceful shutdown.
    /// - Returns: the failure; nil at a shutdown.
    func orShutdown() async -> (any Error)? {
        await withGracefulShutdownHandler {
            var iterator = stream.makeAsyncIterator()
            return await iterator.next()
        } onGracefulShutdown: { [continuation] in
            continuation.finish()
        }
    }
}
