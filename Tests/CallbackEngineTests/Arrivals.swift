import CallbackCore
import CallbackEngine

/// Lets a test wait for something that other threads bring about, without waiting on time.
final class Arrivals: Sendable {
    private let mailbox = Mailbox<Void>(timekeeper: SystemTimekeeper())

    func note() { mailbox.post(()) }

    /// - Returns: whether the condition came true within 30 seconds.
    func wait(until condition: () -> Bool) -> Bool {
        let deadline = SystemTimekeeper().monotonic() + 30_000_000_000
        while !condition() {
            guard SystemTimekeeper().monotonic() < deadline else { return false }
            _ = mailbox.take(until: deadline)
        }
        return true
    }
}
