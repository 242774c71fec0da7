import CallbackCore
import CallbackEngine
import Synchronization

/// An action whose target answers as a test says, from a thread of its own, and that remembers what it accepted.
final class ScriptedAction: Action {
    typealias Script = @Sendable (Attempt) -> Outcome

    /// Not the closure itself: each `withLock` over one would wrap it once more, until a call overflows the stack.
    private struct Connection {
        var report: AttemptReports?
    }

    private struct Memory {
        var accepted: [Attempt] = []
        var attempts = 0
        var active: [String: Int] = [:]
        /// The most attempts of one subject that were under way together.
        var mostActive = 0
        var mostTogether = 0
        var together = 0
    }

    private let memory = Mutex(Memory())
    private let disables: @Sendable (Attempt) -> Bool
    private let arrivals: Arrivals
    private let mailbox = Mailbox<Attempt?>(timekeeper: SystemTimekeeper())
    private let connection = Mutex(Connection())
    private let thread = Mutex<BlockingThread?>(nil)

    /// - Parameter disables: asked about each attempt that was not delivered: whether the target wants nothing more.
    init(_ script: @escaping Script, disables: @escaping @Sendable (Attempt) -> Bool = { _ in false }) {
        self.disables = disables
        arrivals = Arrivals()
        thread.withLock { thread in
            thread = BlockingThread(name: "scripted") { [self] in work(script) }
        }
    }

    func connect(_ reports: @escaping AttemptReports) { connection.withLock { $0.report = reports } }

    func start(_ attempts: [Attempt]) {
        memory.withLock { memory in
            for attempt in attempts {
                memory.attempts += 1
                memory.together += 1
                memory.mostTogether = max(memory.mostTogether, memory.together)
                memory.active[attempt.event.subject, default: 0] += 1
                memory.mostActive = max(memory.mostActive, memory.active[attempt.event.subject, default: 0])
            }
        }
        arrivals.note()
        for attempt in attempts { mailbox.post(attempt) }
    }

    func stop(grace: Duration) async { end() }

    func end() { mailbox.post(nil) }

    private func work(_ script: Script) {
        while true {
            for attempt in mailbox.take(until: nil) {
                guard let attempt else { return }
                finish(attempt, script(attempt))
            }
        }
    }

    private func finish(_ attempt: Attempt, _ outcome: Outcome) {
        memory.withLock { memory in
            memory.together -= 1
            memory.active[attempt.event.subject, default: 1] -= 1
            if outcome == .delivered { memory.accepted.append(attempt) }
        }
        let disablesTarget = outcome != .delivered && disables(attempt)
        let reports = connection.withLock { $0.report }
        reports?([
            AttemptReport(
                delivery: attempt.delivery, outcome: outcome, startedAt: SystemTimekeeper().now(), duration: .zero,
                reason: outcome == .delivered ? "" : "scripted failure", concernsTarget: false,
                disablesTarget: disablesTarget)
        ])
        arrivals.note()
    }

    var accepted: [Attempt] { memory.withLock { $0.accepted } }
    var attempts: Int { memory.withLock { $0.attempts } }
    var mostActiveOfOneSubject: Int { memory.withLock { $0.mostActive } }
    /// Attempts that are under way.
    var together: Int { memory.withLock { $0.together } }
    var mostTogether: Int { memory.withLock { $0.mostTogether } }

    /// Blocks until the condition holds, looking again when an attempt begins and when it has ended.
    /// - Returns: whether it came true within 30 seconds.
    func wait(until condition: @Sendable (ScriptedAction) -> Bool) -> Bool {
        arrivals.wait { condition(self) }
    }
}
