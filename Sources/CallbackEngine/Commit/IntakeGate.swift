import CallbackCore
import Glibc

/// Bounds what waits before the writer: sources that are faster than the disk wait here. While too much is owed, nobody
/// who can wait gets in.
final class IntakeGate: @unchecked Sendable {
    private let limit: Int
    /// Seconds after which a source that still waits is told why.
    private let patience: Int
    // Guarded by `mutex`.
    private var waiting = 0
    private var isClosed = false
    private var pause: String?

    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>

    init(limit: Int, patience: Int = 2) {
        self.limit = limit
        self.patience = patience
        mutex = .allocate(capacity: 1)
        condition = .allocate(capacity: 1)
        pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(condition, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    /// Counts `events` in, once there is room, or at once where the caller must not wait. A batch larger than the limit
    /// goes in alone, and one without events always: it makes nothing that is owed.
    /// - Parameter problem: why the writer does not come on, asked when the wait becomes long.
    /// - Throws: `CancellationError` once the gate is closed, `IntakeUnavailable` where the wait would be long.
    func enter(_ events: Int, waits: Bool, problem: () -> String? = { nil }) throws {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while waits && !isClosed && events > 0 && (pause != nil || isFull(for: events)) {
            guard sleep() else { continue }
            if let pause { throw IntakeUnavailable(paused: pause) }
            if isFull(for: events), let problem = problem() { throw IntakeUnavailable(reason: problem) }
        }
        guard !isClosed else { throw CancellationError() }
        waiting += events
    }

    private func isFull(for events: Int) -> Bool { waiting > 0 && waiting + events > limit }

    /// - Returns: whether the whole time has passed.
    private func sleep() -> Bool {
        var end = timespec()
        clock_gettime(CLOCK_MONOTONIC, &end)
        end.tv_sec += patience
        return pthread_cond_timedwait(condition, mutex, &end) == ETIMEDOUT
    }

    func leave(_ events: Int) { change { waiting -= events } }

    /// Lets nobody in who can wait, or lets them in again.
    /// - Parameter words: why, for the operator; nil lets them in.
    func pause(_ words: String?) { change { pause = words } }

    func close() { change { isClosed = true } }

    private func change(_ body: () -> Void) {
        pthread_mutex_lock(mutex)
        body()
        pthread_mutex_unlock(mutex)
        pthread_cond_broadcast(condition)
    }
}
