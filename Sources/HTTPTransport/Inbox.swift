import CCurl
import Synchronization

/// What callers hand to the loop's thread: one lock a batch, and a wake only for a sleeper.
final class Inbox: Sendable {
    typealias Reply = @Sendable (HTTPCompletion) -> Void

    enum Ending {
        case finishing
        case cancelling
    }

    struct Work {
        var batches: [[HTTPRequest]] = []
        var asked: [(request: HTTPRequest, reply: Reply)] = []
        var ending: Ending?

        var isEmpty: Bool { batches.isEmpty && asked.isEmpty }
    }

    private struct State {
        var work = Work()
        var sleeps = false
        // Told apart from `work.ending`, which must wake the loop only once.
        var endingSeen: Ending?
    }

    // curl_multi_wakeup is the one function of a multi handle that other threads may call.
    nonisolated(unsafe) let multi: UnsafeMutableRawPointer
    private let state = Mutex(State())

    init(multi: UnsafeMutableRawPointer) {
        self.multi = multi
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

    func end(_ ending: Ending) {
        let wake = state.withLock { state in
            // Work that is being finished may still be cancelled; what is cancelled stays cancelled.
            guard state.work.ending != .cancelling else { return false }
            state.work.ending = ending
            defer { state.sleeps = false }
            return state.sleeps
        }
        if wake { curl_multi_wakeup(multi) }
    }

    /// Takes all that waits; the ending is told every time.
    func take(into work: inout Work) {
        work.batches.removeAll(keepingCapacity: true)
        work.asked.removeAll(keepingCapacity: true)
        state.withLock { state in
            state.sleeps = false
            swap(&state.work, &work)
            state.work.ending = work.ending
            state.endingSeen = work.ending
        }
    }

    /// - Returns: whether the loop may sleep now; from then on `put` wakes it.
    func fallAsleep() -> Bool {
        state.withLock { state in
            state.sleeps = state.work.isEmpty && state.work.ending == state.endingSeen
            return state.sleeps
        }
    }

    private func change(_ body: (inout Work) -> Void) -> Bool {
        let (taken, wake) = state.withLock { state in
            guard state.work.ending == nil else { return (false, false) }
            body(&state.work)
            defer { state.sleeps = false }
            return (true, state.sleeps)
        }
        if wake { curl_multi_wakeup(multi) }
        return taken
    }
}
