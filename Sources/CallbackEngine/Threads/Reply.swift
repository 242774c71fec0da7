import CallbackCore
import Dispatch
import Synchronization

/// An answer that one thread waits for while another one makes it.
final class Reply<Value: Sendable>: Sendable {
    private let value: Mutex<Value>
    private let semaphore = DispatchSemaphore(value: 0)

    /// - Parameter fallback: the answer if none is set before the waiter is released.
    init(otherwise fallback: Value) { value = Mutex(fallback) }

    func set(_ value: Value) { self.value.withLock { $0 = value } }

    var current: Value { value.withLock { $0 } }

    /// Releases the waiter.
    func release() { semaphore.signal() }

    /// Blocks until it is released, or for so long; then nil.
    func wait(for limit: Duration) -> Value? {
        guard semaphore.wait(timeout: .now() + .nanoseconds(Int(limit.nanoseconds))) == .success else { return nil }
        return current
    }

    /// Blocks until it is released.
    func wait() -> Value {
        semaphore.wait()
        return current
    }
}
