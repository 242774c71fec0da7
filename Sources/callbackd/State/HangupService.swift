import CallbackEngine
import ServiceLifecycle
import UnixSignals

/// Has the configuration read again at each SIGHUP. A burst of them may come as one.
struct HangupService: Service {
    private let hangups: UnixSignalsSequence
    private let reloader: Reloader

    init(_ hangups: UnixSignalsSequence, _ reloader: Reloader) {
        self.hangups = hangups
        self.reloader = reloader
    }

    func run() async throws {
        for await _ in hangups.cancelOnGracefulShutdown() { reloader.ask(by: "SIGHUP") }
    }
}
