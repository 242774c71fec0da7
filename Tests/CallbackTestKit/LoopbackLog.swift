import Glibc

/// The requests that a receiver got, and a way to wait for the next ones.
final class LoopbackLog: @unchecked Sendable {
    // The condition's mutex guards `received`.
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let arrival = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var received: [LoopbackRequest] = []

    init() {
        pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(arrival, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(arrival)
        pthread_mutex_destroy(mutex)
        arrival.deallocate()
        mutex.deallocate()
    }

    var requests: [LoopbackRequest] {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return received
    }

    func append(_ request: LoopbackRequest) {
        pthread_mutex_lock(mutex)
        received.append(request)
        pthread_cond_broadcast(arrival)
        pthread_mutex_unlock(mutex)
    }

    func wait(for count: Int, within limit: Duration) throws -> [LoopbackRequest] {
        var deadline = timespec()
        clock_gettime(CLOCK_MONOTONIC, &deadline)
        deadline.tv_sec += Int(limit.components.seconds)
        deadline.tv_nsec += Int(limit.components.attoseconds / 1_000_000_000)
        if deadline.tv_nsec >= 1_000_000_000 {
            deadline.tv_sec += 1
            deadline.tv_nsec -= 1_000_000_000
        }
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while received.count < count {
            guard pthread_cond_timedwait(arrival, mutex, &deadline) != ETIMEDOUT else {
                throw LoopbackError(description: "\(received.count) of \(count) requests came within \(limit)")
            }
        }
        return received
    }
}
