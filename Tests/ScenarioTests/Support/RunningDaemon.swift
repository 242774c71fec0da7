import CallbackTestKit
import Glibc

/// The real daemon beside a test.
final class RunningDaemon: Sendable {
    private let child: Child
    private let scenario: Scenario
    private let outputPath: String
    private let errorPath: String

    init(_ scenario: Scenario, wrapper: [String] = []) throws {
        self.scenario = scenario
        outputPath = scenario.folder.file("daemon.out")
        errorPath = scenario.folder.file("daemon.err")
        unlink(outputPath)
        let words =
            wrapper + [Programs.callbackd, "run", "--config", scenario.configurationPath, "--log-level", "info"]
        child = try Child(words[0], Array(words.dropFirst()), output: outputPath, errors: errorPath)
    }

    var id: Int32 { child.id }

    /// What the daemon has written to its log so far, over all starts of this scenario.
    var log: String { (try? Shell.read(errorPath)) ?? "" }

    var output: String { (try? Shell.read(outputPath)) ?? "" }

    /// Waits by the product's own means.
    func waitUntilReady() throws {
        let result = try scenario.callbackd(["status", "--wait=30s"])
        // 1 says that a gap is open, which many scenarios want to see.
        guard result.status == 0 || result.status == 1 else {
            throw ScenarioError("the daemon is not ready: exit \(result.status): \(result.errors)\n\(log)")
        }
    }

    /// Ends it as an administrator would. Gives its exit status.
    @discardableResult
    func stop() -> Int32 {
        child.signal(SIGTERM)
        return child.waitForEnd()
    }

    /// Asks it to stop, and does not wait.
    func requestStop() { child.signal(SIGTERM) }

    /// Ends it as a power cut would.
    func kill() {
        child.signal(SIGKILL)
        child.waitForEnd()
    }

    /// Asks it to read its configuration again.
    func hangUp() { child.signal(SIGHUP) }

    /// Waits for its own end.
    func waitForEnd() -> Int32 { child.waitForEnd() }
}
