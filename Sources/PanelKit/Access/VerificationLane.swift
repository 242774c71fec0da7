import Dispatch
import Synchronization

/// A thread on which senders are verified, one after the other, and a bound on how many may wait for it.
final class VerificationLane: Sendable {
    private let limit: Int
    private let thread: DispatchQueue
    private let waiting = Mutex(0)

    init(_ name: String, limit: Int) {
        self.limit = limit
        thread = DispatchQueue(label: "panel \(name)")
    }

    /// - Throws: what `work` throws; 1023 where too many wait.
    func run(
        _ work: @escaping @Sendable () throws(PacketError) -> RemoteGrant
    ) async throws(PacketError) -> RemoteGrant {
        let isAdmitted = waiting.withLock { count in
            guard count < limit else { return false }
            count += 1
            return true
        }
        guard isAdmitted else { throw PacketError(.operationFailed, "Too many logins at once; try again in a moment") }
        let result = await withCheckedContinuation { continuation in
            thread.async {
                let result = Result { () throws(PacketError) in try work() }
                self.waiting.withLock { $0 -= 1 }
                continuation.resume(returning: result)
            }
        }
        return try result.get()
    }
}
