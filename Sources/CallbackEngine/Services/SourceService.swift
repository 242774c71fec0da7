package import CallbackCore
import Dispatch
package import Logging
import ServiceLifecycle

/// Runs one source on a thread of its own until the daemon stops.
package final class SourceService: Service {
    private let source: any Source
    private let intake: Intake
    private let logger: Logger

    package init(_ source: any Source, intake: Intake, logger: Logger) {
        self.source = source
        self.intake = intake
        self.logger = logger
    }

    package func run() async throws {
        let ended = Signal()
        let result = Reply<Result<Void, any Error>>(otherwise: .success(()))
        let thread = BlockingThread(name: "source \(source.name)") { [source, intake] in
            do {
                try source.run(into: intake)
            } catch is CancellationError {
                // The intake closed first: the daemon stops.
            } catch {
                intake.report(.failed("\(error)"), of: source.name)
                result.set(.failure(error))
            }
            ended.raise()
        }
        await withGracefulShutdownHandler {
            await ended.wait()
        } onGracefulShutdown: { [source, intake] in
            intake.close()
            source.stop()
        }
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                thread.join()
                continuation.resume()
            }
        }
        try result.current.get()
    }
}
