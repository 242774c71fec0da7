import Glibc
import HookProtocol

/// One hook from its start until nothing of its tree is left.
///
/// The tree belongs to the attempt. When the program ends by itself and leaves children behind, or when the deadline
/// comes, what is there gets TERM, then after the grace KILL, again and again until no child is left. A hook that
/// wants to leave a service behind asks the system's service starter for it.
struct RunningHook {
    private enum Phase {
        case running(deadline: UInt64)
        case ending(killAt: UInt64)
        case killing(giveUpAt: UInt64)
    }

    /// A killed process can hang in the kernel (a dead network file system); the report does not wait for it.
    private static let patienceWithTheKernel: UInt64 = 5_000_000_000
    private static let betweenKills: UInt64 = 20_000_000

    private let start: HookStart
    private let process: pid_t
    private let began: UInt64
    private var output: HookOutput
    private var phase: Phase
    private var status: Int32?
    private var ended: UInt64 = 0
    private var pastDeadline = false
    private var treeIsGone = false

    init(start: HookStart, process: pid_t, began: UInt64, output: HookOutput) {
        self.start = start
        self.process = process
        self.began = began
        self.output = output
        phase = .running(deadline: began.adding(start.deadline))
    }

    /// Waits for the end; also says whether the tree is really gone.
    mutating func watch() -> (report: HookReport, isClean: Bool) {
        while !treeIsGone {
            let now = monotonicNow()
            guard let wake = step(now) else { break }
            listen(for: wake > now ? wake - now : 0)
        }
        output.finish()
        if ended == 0 { ended = monotonicNow() }
        let report = HookReport(
            id: start.id, end: end, output: output.kept, truncated: output.truncated, nanoseconds: ended - began)
        return (report, treeIsGone)
    }

    private var end: HookReport.End {
        guard !pastDeadline, let status else { return .deadline }
        let signal = status & 0x7f
        return signal == 0 ? .exited((status >> 8) & 0xff) : .signaled(signal)
    }

    /// Does what is due and returns when to look again; nil when there is nothing more to try.
    private mutating func step(_ now: UInt64) -> UInt64? {
        switch phase {
        case .running(let deadline):
            guard now >= deadline else { return deadline }
            pastDeadline = true
            return terminate(now)
        case .ending(let killAt):
            guard now >= killAt else { return killAt }
            return killTree(now, giveUpAt: now + Self.patienceWithTheKernel)
        case .killing(let giveUpAt):
            return now >= giveUpAt ? nil : killTree(now, giveUpAt: giveUpAt)
        }
    }

    private mutating func terminate(_ now: UInt64) -> UInt64 {
        let killAt = now.adding(start.grace)
        phase = .ending(killAt: killAt)
        ProcessTree.signal(SIGTERM)
        // Who is stopped hears TERM only when it goes on.
        ProcessTree.signal(SIGCONT)
        return killAt
    }

    private mutating func killTree(_ now: UInt64, giveUpAt: UInt64) -> UInt64 {
        phase = .killing(giveUpAt: giveUpAt)
        // The group at once, before anyone in it can fork; its number is certain only while its leader is unreaped.
        if status == nil { kill(-process, SIGKILL) }
        ProcessTree.signal(SIGKILL)
        return now + Self.betweenKills
    }

    private mutating func listen(for nanoseconds: UInt64) {
        var files = [
            pollfd(fd: Descriptor.upstream, events: Int16(POLLIN), revents: 0),
            pollfd(fd: Descriptor.childEnds, events: Int16(POLLIN), revents: 0),
            pollfd(fd: output.file, events: Int16(POLLIN), revents: 0),
        ]
        let milliseconds = Int32(clamping: (nanoseconds + 999_999) / 1_000_000)
        guard poll(&files, 3, milliseconds) > 0 else { return }
        // The front says nothing while a hook runs: this is its end, and with it the daemon's.
        if Descriptor.spoke(files[0]) { abandon() }
        if Descriptor.spoke(files[2]) { output.take() }
        if Descriptor.spoke(files[1]) { reap() }
    }

    private mutating func reap() {
        Descriptor.clearChildEnds()
        while true {
            var status: Int32 = 0
            let child = waitpid(-1, &status, WNOHANG)
            if child == process {
                self.status = status
                ended = monotonicNow()
            }
            if child > 0 { continue }
            if child < 0 && errno == EINTR { continue }
            treeIsGone = child < 0
            break
        }
        if !treeIsGone, status != nil, case .running = phase { _ = terminate(monotonicNow()) }
    }

    /// Nobody wants the report any more: no grace.
    private mutating func abandon() -> Never {
        let giveUpAt = monotonicNow() + Self.patienceWithTheKernel
        while !treeIsGone, monotonicNow() < giveUpAt {
            _ = killTree(monotonicNow(), giveUpAt: giveUpAt)
            var file = pollfd(fd: Descriptor.childEnds, events: Int16(POLLIN), revents: 0)
            poll(&file, 1, 20)
            reap()
        }
        _exit(0)
    }
}

extension UInt64 {
    /// This instant plus a duration; one that is too long means never.
    fileprivate func adding(_ duration: Duration) -> UInt64 {
        let (seconds, attoseconds) = duration.components
        guard seconds >= 0, attoseconds >= 0 else { return self }
        let (scaled, tooLong) = UInt64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, over) = scaled.addingReportingOverflow(UInt64(attoseconds / 1_000_000_000) + self)
        return tooLong || over ? .max : sum
    }
}
