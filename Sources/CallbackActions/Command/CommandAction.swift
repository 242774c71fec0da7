package import CallbackCore
import HookProtocol
import Synchronization

/// Delivers events by running hook commands through the runner process.
package final class CommandAction: Action {
    private let runner: HookRunner
    private let desk: Desk

    /// Starts the runner process.
    /// - Parameters:
    ///   - targets: what each target runs; `use` replaces them later.
    ///   - onNotice: takes what the log should say about the runner process.
    ///   - onReports: takes the ends of attempts, in batches.
    /// - Throws: `HookRunnerError` where the system gives no descriptor or no thread.
    package init(
        targets: [TargetName: CommandTarget],
        runner settings: HookRunner.Settings,
        timekeeper: any Timekeeper,
        onNotice: @escaping @Sendable (HookNotice) -> Void = { _ in },
        onReports: @escaping AttemptReports
    ) throws {
        let desk = Desk(targets: targets, timekeeper: timekeeper)
        self.desk = desk
        runner = try HookRunner(settings, onNotice: onNotice) { onReports(desk.close($0)) }
        self.onReports = onReports
    }

    private let onReports: AttemptReports

    /// Attempts that start from now on run these.
    package func use(_ targets: [TargetName: CommandTarget]) { desk.use(targets) }

    package func start(_ attempts: [Attempt]) {
        var jobs: [HookJob] = []
        var unknown: [AttemptReport] = []
        for attempt in attempts {
            if let job = desk.open(attempt) { jobs.append(job) } else { unknown.append(desk.unknownTarget(attempt)) }
        }
        if !jobs.isEmpty { runner.submit(jobs) }
        if !unknown.isEmpty { onReports(unknown) }
    }

    package func stop(grace: Duration) async { await runner.stop(grace: grace) }
}

/// Which attempt each job of the runner belongs to.
private final class Desk: Sendable {
    private struct Entry {
        var delivery: DeliveryID
        var timeout: Duration
        var statuses: StatusTable
    }

    private struct Content {
        var targets: [TargetName: CommandTarget]
        var entries: [UInt64: Entry] = [:]
        var lastJob: UInt64 = 0
    }

    private let content: Mutex<Content>
    private let timekeeper: any Timekeeper

    init(targets: [TargetName: CommandTarget], timekeeper: any Timekeeper) {
        content = Mutex(Content(targets: targets))
        self.timekeeper = timekeeper
    }

    func use(_ targets: [TargetName: CommandTarget]) { content.withLock { $0.targets = targets } }

    /// The job for an attempt; nil where its target is not known.
    func open(_ attempt: Attempt) -> HookJob? {
        let opened = content.withLock { content -> (UInt64, CommandTarget)? in
            guard let target = content.targets[attempt.target] else { return nil }
            content.lastJob += 1
            content.entries[content.lastJob] = Entry(
                delivery: attempt.delivery, timeout: target.timeout, statuses: target.statuses)
            return (content.lastJob, target)
        }
        guard let (id, target) = opened else { return nil }
        return target.job(attempt, id: id)
    }

    func close(_ reports: [HookReport]) -> [AttemptReport] {
        let now = timekeeper.now()
        return content.withLock { content in
            reports.compactMap { report in
                guard let entry = content.entries.removeValue(forKey: report.id) else { return nil }
                let meaning = CommandOutcome(report.end, timeout: entry.timeout, statuses: entry.statuses)
                let duration = Duration.nanoseconds(Int64(clamping: report.nanoseconds))
                return AttemptReport(
                    delivery: entry.delivery,
                    outcome: meaning.outcome,
                    startedAt: Timestamp(milliseconds: now.milliseconds - duration.milliseconds),
                    duration: duration,
                    code: meaning.code,
                    reason: meaning.reason,
                    output: report.output,
                    outputTruncated: report.truncated,
                    concernsTarget: meaning.concernsTarget,
                    disablesTarget: meaning.disablesTarget
                )
            }
        }
    }

    func unknownTarget(_ attempt: Attempt) -> AttemptReport {
        AttemptReport(
            delivery: attempt.delivery,
            outcome: .unavailable(retryAfter: nil),
            startedAt: timekeeper.now(),
            duration: .zero,
            reason: "no command target named \"\(attempt.target)\" is configured",
            isLocal: true
        )
    }
}
