import Glibc
import HookProtocol

/// The runner's thread: keeps a runner process alive, feeds it, and hears its reports.
///
/// Everything here belongs to that one thread.
final class HookConversation {
    private static let shortestPause: Int64 = 100_000_000
    private static let longestPause: Int64 = 5_000_000_000
    /// A report that is this late after deadline and grace will not come: the runner is taken for dead.
    private static let lateness: Int64 = 20_000_000_000

    private let settings: HookRunner.Settings
    private let inbox: HookInbox
    private let onNotice: @Sendable (HookNotice) -> Void
    private let onReports: @Sendable ([HookReport]) -> Void

    private var line: HookLine?
    private var waiting = JobQueue()
    /// The jobs that the process has, with the monotonic nanosecond at which each is overdue.
    private var running: [UInt64: Int64] = [:]
    private var reports: [HookReport] = []
    private var startAt: Int64 = 0
    private var pause = HookConversation.shortestPause
    private var stopAt: Int64?

    init(
        _ settings: HookRunner.Settings,
        inbox: HookInbox,
        onNotice: @escaping @Sendable (HookNotice) -> Void,
        onReports: @escaping @Sendable ([HookReport]) -> Void
    ) {
        self.settings = settings
        self.inbox = inbox
        self.onNotice = onNotice
        self.onReports = onReports
    }

    func run() {
        while true {
            accept(inbox.take())
            let now = monotonicNanoseconds()
            if let stopAt, running.isEmpty || now >= stopAt { break }
            if line == nil, stopAt == nil, now >= startAt { start() }
            feed(now)
            deliver()
            if stopAt != nil, running.isEmpty { continue }
            listen()
            if let late = running.values.min(), monotonicNanoseconds() >= late, let line {
                line.process.kill()
                lose("the hook runner did not answer and was killed")
            }
            deliver()
        }
        if line != nil { lose("callbackd stopped before the hook ended", isPlanned: true) }
        deliver()
        inbox.end { late in
            fail(late, "callbackd is stopping")
            deliver()
        }
    }

    private func accept(_ content: HookInbox.Content) {
        stopAt = content.stopAt
        for job in content.jobs {
            if let flaw = job.flaw {
                reports.append(HookReport(id: job.id, end: .impossible(flaw)))
            } else if waiting.count < settings.capacity {
                waiting.append(job)
            } else {
                fail([job], "\(settings.capacity) hooks are waiting already")
            }
        }
        if stopAt != nil { fail(waiting.takeAll(), "callbackd is stopping") }
    }

    private func start() {
        do {
            line = HookLine(try HookProcess.start(settings))
        } catch {
            giveUp(error.description)
        }
    }

    /// Hands over jobs while there is room, only as many as the socket takes, so that large events are not held twice.
    private func feed(_ now: Int64) {
        guard let line, line.isReady else { return }
        while running.count < settings.width, line.hasRoom, let job = waiting.next() {
            let allowed = job.deadline.nanosecondsClamped.addingReportingOverflow(job.grace.nanosecondsClamped)
            let late = allowed.partialValue.addingReportingOverflow(now + Self.lateness)
            running[job.id] = allowed.overflow || late.overflow ? .max : late.partialValue
            line.put(job)
        }
        line.send()
    }

    private func listen() {
        var files = [pollfd(fd: inbox.bell, events: Int16(POLLIN), revents: 0)]
        if let line {
            let events = line.hasMore ? POLLIN | POLLOUT : POLLIN
            files.append(pollfd(fd: line.process.socket, events: Int16(events), revents: 0))
        }
        guard poll(&files, nfds_t(files.count), patience) > 0 else { return }
        if files.count > 1, files[1].revents != 0 { hear() }
    }

    /// Milliseconds until something is due by the clock alone; -1 when nothing is.
    private var patience: Int32 {
        var due = running.values.min() ?? .max
        if line == nil, stopAt == nil { due = min(due, startAt) }
        if let stopAt { due = min(due, stopAt) }
        if due == .max { return -1 }
        return Int32(clamping: max(0, due - monotonicNanoseconds() + 999_999) / 1_000_000)
    }

    private func hear() {
        guard let line else { return }
        line.send()
        do {
            let isOpen = try line.hear { message in
                switch message {
                case .ready(let process):
                    pause = Self.shortestPause
                    onNotice(.ready(process: process))
                case .waiting(let words):
                    onNotice(.waiting(words))
                case .refused(let words):
                    line.refusal = words
                case .report(let report):
                    if running.removeValue(forKey: report.id) != nil { reports.append(report) }
                case .hello, .start:
                    break
                }
            }
            if !isOpen { lose("the hook runner ended while it ran the hook") }
        } catch {
            lose(error.description)
        }
    }

    /// The process is gone, or has to go.
    private func lose(_ words: String, isPlanned: Bool = false) {
        guard let line else { return }
        self.line = nil
        let wasReady = line.isReady
        let how = line.process.end()
        for id in running.keys.sorted() { reports.append(HookReport(id: id, end: .runnerLost(words))) }
        running.removeAll()
        if isPlanned { return }
        if wasReady {
            startAt = monotonicNanoseconds() + pause
            pause = min(2 * pause, Self.longestPause)
            onNotice(.ended("the hook runner ended (\(how)) and is started again"))
        } else {
            giveUp(line.refusal ?? "the hook runner ended before it was ready (\(how))")
        }
    }

    /// A start failed: those who wait are told, and the next start comes later.
    private func giveUp(_ words: String) {
        startAt = monotonicNanoseconds() + pause
        pause = min(2 * pause, Self.longestPause)
        onNotice(.ended(words))
        fail(waiting.takeAll(), words)
    }

    private func fail(_ jobs: [HookJob], _ words: String) {
        for job in jobs { reports.append(HookReport(id: job.id, end: .runnerLost(words))) }
    }

    private func deliver() {
        guard !reports.isEmpty else { return }
        onReports(reports)
        reports.removeAll(keepingCapacity: true)
    }
}
