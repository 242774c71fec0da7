import Glibc
import HTTPTransport

/// The completions that a transport delivered, and a way to wait for them.
final class Collector: @unchecked Sendable {
    // The condition's mutex guards `completions`.
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let arrival = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var completions: [HTTPCompletion] = []

    init() {
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(arrival, nil)
    }

    deinit {
        pthread_cond_destroy(arrival)
        pthread_mutex_destroy(mutex)
        arrival.deallocate()
        mutex.deallocate()
    }

    func take(_ batch: [HTTPCompletion]) {
        pthread_mutex_lock(mutex)
        completions += batch
        pthread_cond_broadcast(arrival)
        pthread_mutex_unlock(mutex)
    }

    /// Waits until `count` completions have come, at most 30 seconds, and gives all of them.
    func wait(for count: Int) -> [HTTPCompletion] {
        var deadline = timespec()
        clock_gettime(CLOCK_REALTIME, &deadline)
        deadline.tv_sec += 30
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while completions.count < count {
            guard pthread_cond_timedwait(arrival, mutex, &deadline) != ETIMEDOUT else { break }
        }
        return completions
    }
}

extension HTTPCompletion {
    var response: HTTPResponse? {
        if case .response(let response) = result { response } else { nil }
    }

    var failure: HTTPFailure? {
        if case .failure(let failure) = result { failure } else { nil }
    }
}

extension EgressPolicy {
    /// What a test that talks to this machine needs.
    static let loopback = EgressPolicy(allow: [
        CIDR(IPAddress(v4: 0x7F00_0000), prefix: 8), CIDR(IPAddress(v6: 1), prefix: 128),
    ])
}
