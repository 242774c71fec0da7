package import HookProtocol

/// The daemon's side of the process `callbackd-hooks`: takes jobs, gives reports.
///
/// The process is started at once and started again when it ends; a job that it had then is reported as
/// `.runnerLost`. Everything blocking happens on one thread of this object's own. Each job that was submitted gets
/// exactly one report.
package final class HookRunner: Sendable {
    /// What the runner needs to know.
    package struct Settings: Sendable {
        /// The path of `callbackd-hooks`.
        package var executable: String
        /// The socket of a runner that a service manager starts for each connection; nil starts `executable`.
        package var socketPath: String?
        /// The lock that a runner holds while a hook may run: `state.db.runner.lock` beside the state file.
        package var lockPath: String
        /// How many hooks run at the same time.
        package var width: Int
        /// How many jobs may wait for their turn; what comes on top is reported as `.runnerLost` at once.
        package var capacity: Int
        /// How many seconds an older runner may take to end before a start is given up and tried again.
        package var lockPatience: Int

        package init(
            executable: String, socketPath: String? = nil, lockPath: String, width: Int = 64, capacity: Int = 4096,
            lockPatience: Int = 30
        ) {
            self.socketPath = socketPath
            self.executable = executable
            self.lockPath = lockPath
            self.width = max(1, width)
            self.capacity = max(1, capacity)
            self.lockPatience = max(0, lockPatience)
        }
    }

    private let inbox: HookInbox

    /// Starts the runner.
    /// - Parameters:
    ///   - onNotice: takes one line for the log when the process becomes ready, waits, or ends.
    ///   - onReports: takes reports in batches, on the runner's thread; returns quickly.
    /// - Throws: `HookRunnerError` where the system gives no descriptor or no thread.
    package init(
        _ settings: Settings,
        onNotice: @escaping @Sendable (HookNotice) -> Void = { _ in },
        onReports: @escaping @Sendable ([HookReport]) -> Void
    ) throws {
        inbox = try HookInbox()
        let conversation = HookConversation(settings, inbox: inbox, onNotice: onNotice, onReports: onReports)
        try HookThread.start { conversation.run() }
    }

    deinit { inbox.stop(grace: .zero, then: nil) }

    /// Hands jobs over and returns at once. After a `stop` has returned nothing comes of it.
    package func submit(_ jobs: [HookJob]) { inbox.put(jobs) }

    /// Starts no more jobs, gives the running ones `grace`, kills what is left and waits for the process to end.
    /// What did not finish is reported as `.runnerLost`; no report comes after the return.
    package func stop(grace: Duration) async {
        await withCheckedContinuation { continuation in
            inbox.stop(grace: grace) { continuation.resume() }
        }
    }
}

/// What the operator should know about the runner process.
package enum HookNotice: Sendable, Equatable {
    /// It can run hooks; with its process number.
    case ready(process: Int32)
    /// It waits for an older one; no hook starts before that one is gone.
    case waiting(String)
    /// It could not start or ended by itself; it is started again after a pause.
    case ended(String)
}

/// Why a runner could not even be attempted.
package struct HookRunnerError: Error, CustomStringConvertible {
    package let description: String
}
