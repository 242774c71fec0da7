package import CallbackCore
import Glibc

/// Messages for one thread, handed over in batches. Only a sleeping reader is woken, which makes a hand-off cost
/// 20 ns instead of microseconds when there is much to do.
package final class Mailbox<Message: Sendable>: @unchecked Sendable {
    // Guarded by `mutex`.
    private var messages: [Message] = []
    private var isSleeping = false
    private var isGathering = false
    /// Whether something urgent was posted that nobody has taken yet.
    private var holdsUrgent = false
    private var wasWoken = false

    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>
    private let timekeeper: any Timekeeper

    package init(timekeeper: any Timekeeper) {
        self.timekeeper = timekeeper
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

    /// - Parameter isUrgent: whether a reader that gathers is woken, too.
    package func post(_ message: Message, isUrgent: Bool = false) {
        pthread_mutex_lock(mutex)
        messages.append(message)
        let wake = isSleeping || (isUrgent && isGathering)
        isSleeping = false
        if isUrgent { holdsUrgent = true }
        pthread_mutex_unlock(mutex)
        if wake { pthread_cond_signal(condition) }
    }

    /// Makes a sleeping reader look at its clock again.
    package func wake() {
        pthread_mutex_lock(mutex)
        wasWoken = true
        isSleeping = false
        pthread_mutex_unlock(mutex)
        pthread_cond_signal(condition)
    }

    /// Everything that was posted, in order. Sleeps while there is nothing, until `deadline`.
    /// - Parameter deadline: monotonic nanoseconds; nil waits for a message however long that takes.
    package func take(until deadline: Int64?) -> [Message] {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while messages.isEmpty && !wasWoken {
            isSleeping = true
            guard let deadline else {
                pthread_cond_wait(condition, mutex)
                continue
            }
            let now = timekeeper.monotonic()
            guard deadline > now else { break }
            sleep(nanoseconds: deadline - now)
        }
        isSleeping = false
        return takeAll()
    }

    /// Everything that was posted by `deadline`, in order, or until something urgent was. What comes meanwhile wakes nobody.
    /// - Parameter deadline: monotonic nanoseconds.
    package func gather(until deadline: Int64) -> [Message] {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        isGathering = true
        while !holdsUrgent && !wasWoken {
            let now = timekeeper.monotonic()
            guard deadline > now else { break }
            sleep(nanoseconds: deadline - now)
        }
        isGathering = false
        return takeAll()
    }

    private func takeAll() -> [Message] {
        wasWoken = false
        holdsUrgent = false
        var taken: [Message] = []
        swap(&taken, &messages)
        return taken
    }

    private func sleep(nanoseconds: Int64) {
        var end = timespec()
        clock_gettime(CLOCK_MONOTONIC, &end)
        // A day is as good as for ever, and keeps the sum in range.
        let total = Int64(end.tv_nsec) + min(nanoseconds, 86_400_000_000_000)
        end.tv_sec += Int(total / 1_000_000_000)
        end.tv_nsec = Int(total % 1_000_000_000)
        pthread_cond_timedwait(condition, mutex, &end)
    }
}
