import CLinux
import Glibc
import Synchronization

/// A thread of its own for work that blocks, which must never happen on the cooperative pool.
package final class BlockingThread: Sendable {
    private final class Job {
        let name: String
        let body: @Sendable () -> Void

        init(name: String, body: @escaping @Sendable () -> Void) {
            self.name = name
            self.body = body
        }
    }

    private let thread: Mutex<pthread_t?>

    /// Starts the thread.
    /// - Parameter name: shown by `top -H`; Linux keeps 15 characters of it.
    package init(name: String, _ body: @escaping @Sendable () -> Void) {
        var handle = pthread_t()
        let job = Unmanaged.passRetained(Job(name: name, body: body))
        let code = pthread_create(
            &handle, nil,
            { argument in
                guard let argument else { return nil }
                let job = Unmanaged<Job>.fromOpaque(argument).takeRetainedValue()
                clinux_name_thread(job.name)
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
