import CCurl
import Synchronization

/// What callers hand to the loop's thread: one lock a batch, and a wake only for a sleeper.
final class Inbox: Sendable {
    typealias Reply = @Sendable (HTTPCompletion) -> Void

    struct Work {
        var batches: [[HTTPRequest]] = []
        var asked: [(request: HTTPRequest, reply: Reply)] = []
        var errands: [@Sendable () -> Void] = []
        /// When what is unfinished is cancelled, by the monotonic clock; set once the transport is to end.
        var deadline: UInt64?

        var isEmpty: Bool { batches.isEmpty && asked.isEmpty && errands.isEmpty }
    }

    private struct State {
        var work = Work()
        var sleeps = false
        // Told apart from `work.deadline`, so that a new deadline keeps the loop awake once.
        var seenDeadline: UInt64?
    }

    // curl_multi_wakeup is the one function of a multi handle that other threads may call.
    nonisolated(unsafe) let multi: UnsafeMutableRawPointer
    /// How many transfers may run at once; written on the loop's thread only.
    let maximumTransfers: Atomic<Int>
    private let state = Mutex(State())

    init(multi: UnsafeMutableRawPointer, maximumTransfers: Int) {
        self.multi = multi
        self.maximumTransfers = Atomic(maximumTransfers)
    }

    deinit {
        curl_multi_cleanup(multi)
    }

    /// - Returns: false when the transport has been shut down; nothing was taken then.
    func put(_ requests: [HTTPRequest]) -> Bool {
        change { $0.batches.append(requests) }
    }

    func put(_ request: HTTPRequest, reply: @escaping Reply) -> Bool {
        change { $0.asked.append((request, reply)) }
    }

    func put(_ errand: @escaping @Sendable () -> Void) -> Bool {
        change { $0.errands.append(errand) }
    }

    /// Takes nothing more and ends by `deadline`; of several deadlines the earliest counts.
    func end(by deadline: UInt64) {
        let wake = state.withLock { state in
            state.work.deadline = min(deadline, state.work.deadline ?? deadline)
            defer { state.sleeps = false }
            return state.sleeps
        }
        if wake { curl_multi_wakeup(multi) }
    }

    /// Takes all that waits; the deadline is told every time.
    func take(into work: inout Work) {
        work.batches.removeAll(keepingCapacity: true)
        work.asked.removeAll(keepingCapacity: true)
        work.errands.removeAll()
        state.withLock { state in
            state.sleeps = false
            swap(&state.work, &work)
            state.work.deadline = work.deadline
            state.seenDeadline = work.deadline
        }
    }

    /// - Returns: whether the loop may sleep now; from then on `put` wakes it.
    func fallAsleep() -> Bool {
        state.withLock { state in
            state.sleeps = state.work.isEmpty && state.work.deadline == state.seenDeadline
            return state.sleeps
        }
    }

    private func change(_ body: (inout Work) -> Void) -> Bool {
        let (taken, wake) = state.withLock { state in
            guard state.work.deadline == nil else { return (false, false) }
            body(&state.work)
            defer { state.sleeps = false }
            return (true, state.sleeps)
        }
        if wake { curl_multi_wakeup(multi) }
        return taken
    }
}
