import CLinux
import Glibc
import Synchronization

/// A thread of its own for work that blocks, which must never happen on the cooperative pool.
package final class BlockingThread: Sendable {
    /// Whom a thread gives way to.
    package enum Priority: Sendable {
        case normal
        /// Everything else on the machine first, above all the panel and its database: what changed there is seen a
        /// moment later rather than slow it down.
        case low
    }

    private final class Job {
        let name: String
        let priority: Priority
        let body: @Sendable () -> Void

        init(name: String, priority: Priority, body: @escaping @Sendable () -> Void) {
            self.name = name
            self.priority = priority
            self.body = body
        }
    }

    private let thread: Mutex<pthread_t?>

    /// Starts the thread.
    /// - Parameter name: shown by `top -H`; Linux keeps 15 characters of it.
    package init(name: String, priority: Priority = .normal, _ body: @escaping @Sendable () -> Void) {
        var handle = pthread_t()
        let job = Unmanaged.passRetained(Job(name: name, priority: priority, body: body))
        let code = pthread_create(
            &handle, nil,
            { argument in
                guard let argument else { return nil }
                let job = Unmanaged<Job>.fromOpaque(argument).takeRetainedValue()
                clinux_name_thread(job.name)
                if job.priority == .low { clinux_lower_priority() }
                job.body()
                return nil
            }, job.toOpaque())
        if code != 0 {
            job.release()
            // Without its threads no part of the daemon can keep its promises, and nothing was begun yet.
            preconditionFailure("cannot start the thread \(name): \(String(cString: strerror(code)))")
        }
        thread = Mutex(handle)
    }

    /// Waits for the thread's end. Blocks.
    package func join() {
        let handle = thread.withLock { thread in
            defer { thread = nil }
            return thread
        }
        if let handle { pthread_join(handle, nil) }
    }
}
