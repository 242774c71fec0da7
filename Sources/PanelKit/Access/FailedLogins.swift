import Synchronization

/// Counts failed logins, and says who has to wait before the next try.
///
/// Some failures are free: people mistype. Each further one doubles the wait. A login is counted for each address by
/// itself, so that a stranger cannot lock its owner out; and each address over all logins, so that it cannot try one
/// password on many.
package final class FailedLogins: Sendable {
    /// Failures for one login from one address before the first wait.
    static let freeForLogin = 5
    /// Failures from one address before the first wait.
    static let freeForAddress = 20
    static let firstWait = Duration.seconds(1)
    static let longestWait = Duration.seconds(300)
    /// After so long without another failure, nothing is held against anybody.
    static let memory = Duration.seconds(900)
    /// How many are remembered; the oldest go first.
    static let capacity = 10_000

    private struct Key: Hashable {
        let address: String
        /// nil for the address as a whole.
        let login: String?
    }

    private struct Count {
        var failures = 0
        var last: ContinuousClock.Instant
        var until: ContinuousClock.Instant
    }

    private let counts = Mutex<[Key: Count]>([:])

    package init() {}

    /// How long this login has to wait at this address; nil where it may try now.
    func wait(for login: String, from address: String, at now: ContinuousClock.Instant) -> Duration? {
        counts.withLock { counts in
            let ends = [Key(address: address, login: login), Key(address: address, login: nil)]
                .compactMap { counts[$0]?.until }
            guard let end = ends.max(), end > now else { return nil }
            return end - now
        }
    }

    func failed(_ login: String, from address: String, at now: ContinuousClock.Instant) {
        counts.withLock { counts in
            Self.count(Key(address: address, login: login), free: Self.freeForLogin, in: &counts, at: now)
            Self.count(Key(address: address, login: nil), free: Self.freeForAddress, in: &counts, at: now)
            if counts.count > Self.capacity { Self.shrink(&counts, at: now) }
        }
    }

    func succeeded(_ login: String, from address: String) {
        counts.withLock { counts in counts[Key(address: address, login: login)] = nil }
    }

    /// How many are remembered.
    var count: Int { counts.withLock { $0.count } }

    private static func count(
        _ key: Key, free: Int, in counts: inout [Key: Count], at now: ContinuousClock.Instant
    ) {
        var count = counts[key] ?? Count(last: now, until: now)
        if count.last + memory < now { count.failures = 0 }
        count.failures += 1
        count.last = now
        let doublings = count.failures - free
        if doublings >= 0 { count.until = now + min(longestWait, firstWait * (1 << min(doublings, 20))) }
        counts[key] = count
    }

    private static func shrink(_ counts: inout [Key: Count], at now: ContinuousClock.Instant) {
        counts = counts.filter { $0.value.last + memory >= now }
        guard counts.count > capacity else { return }
        let oldest = counts.sorted { $0.value.last < $1.value.last }.prefix(counts.count - capacity * 9 / 10)
        for entry in oldest { counts[entry.key] = nil }
    }
}
