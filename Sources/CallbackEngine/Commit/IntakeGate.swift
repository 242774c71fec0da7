import Glibc

/// Bounds what waits before the writer: sources that are faster than the disk wait here.
final class IntakeGate: @unchecked Sendable {
    private let limit: Int
    // Guarded by `mutex`.
    private var waiting = 0
    private var isClosed = false

    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>

    init(limit: Int) {
        self.limit = limit
        mutex = .allocate(capacity: 1)
        condition = .allocate(capacity: 1)
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    /// Counts `events` in, once there is room, or at once where the caller must not wait. A batch larger than the limit goes in alone.
    /// - Throws: `CancellationError` once the gate is closed.
    func enter(_ events: Int, waits: Bool) throws {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while waits && !isClosed && waiting > 0 && waiting + events > limit { pthread_cond_wait(condition, mutex) }
        guard !isClosed else { throw CancellationError() }
        waiting += events
    }

    func leave(_ events: Int) {
        pthread_mutex_lock(mutex)
        waiting -= events
        pthread_mutex_unlock(mutex)
        pthread_cond_broadcast(condition)
    }

    func close() {
        pthread_mutex_lock(mutex)
        isClosed = true
        pthread_mutex_unlock(mutex)
        pthread_cond_broadcast(condition)
    }
}
