import Glibc
import HookProtocol
import Synchronization

/// What others want from the runner's thread, and the bell that wakes it.
final class HookInbox: Sendable {
    struct Content {
        var jobs: [HookJob] = []
        /// The monotonic nanosecond at which running hooks are killed; nil while nobody wants to stop.
        var stopAt: Int64?
        /// Whether jobs come too late to get a report.
        fileprivate var isClosed = false
        fileprivate var hasEnded = false
        fileprivate var onEnd: [@Sendable () -> Void] = []
    }

    /// Readable while there is something new.
    let bell: Int32
    private let rope: Int32
    private let content = Mutex(Content())

    init() throws {
        var ends: [Int32] = [-1, -1]
        let kind = SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue
        guard socketpair(AF_UNIX, Int32(kind), 0, &ends) == 0 else {
            throw HookRunnerError(description: "no descriptor for the hook runner: \(String(cString: strerror(errno)))")
        }
        (bell, rope) = (ends[0], ends[1])
    }

    deinit {
        close(bell)
        close(rope)
    }

    func put(_ jobs: [HookJob]) {
        content.withLock { content in
            if !content.isClosed { content.jobs += jobs }
        }
        ring()
    }

    /// Asks for the end; `then` is called after the last report, at once where that is past.
    func stop(grace: Duration, then: (@Sendable () -> Void)?) {
        let asked = monotonicNanoseconds()
        let isOver = content.withLock { content in
            if content.hasEnded { return true }
            let stopAt = asked.addingReportingOverflow(grace.nanosecondsClamped)
            let wish = stopAt.overflow ? .max : stopAt.partialValue
            content.stopAt = min(content.stopAt ?? .max, wish)
            if let then { content.onEnd.append(then) }
            return false
        }
        if isOver { then?() } else { ring() }
    }

    /// What came since the last time; the jobs are the caller's from here on.
    func take() -> Content {
        var strokes: (UInt64, UInt64) = (0, 0)
        while read(bell, &strokes, 16) == 16 {}
        return content.withLock { content in
            defer { content.jobs = [] }
            return content
        }
    }

    /// Hands over the last jobs to be reported, and then tells those who wait for the end.
    func end(_ lastReports: ([HookJob]) -> Void) {
        let last = content.withLock { content in
            content.isClosed = true
            defer { content.jobs = [] }
            return content.jobs
        }
        lastReports(last)
        let waiting = content.withLock { content in
            content.hasEnded = true
            defer { content.onEnd = [] }
            return content.onEnd
        }
        for call in waiting { call() }
    }

    /// A bell that is full of strokes is heard as well.
    private func ring() {
        var stroke: UInt8 = 1
        _ = send(rope, &stroke, 1, Int32(MSG_NOSIGNAL))
    }
}

/// The monotonic clock in nanoseconds: for waiting, never for display.
func monotonicNanoseconds() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
}
