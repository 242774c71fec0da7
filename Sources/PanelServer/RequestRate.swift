import Synchronization

/// How many requests one address may make: so many a second, after a start of as many.
final class RequestRate: Sendable {
    /// How many addresses are remembered; those that are quiet go first.
    static let capacity = 10_000

    private struct Bucket {
        var left: Double
        var filled: ContinuousClock.Instant
    }

    private let perSecond: Double
    private let buckets = Mutex<[String: Bucket]>([:])

    /// - Parameter perSecond: nil for no limit.
    init?(perSecond: Int?) {
        guard let perSecond else { return nil }
        self.perSecond = Double(perSecond)
    }

    /// Counts a request. False where it is one too many.
    func admits(_ address: String, at now: ContinuousClock.Instant = .now) -> Bool {
        buckets.withLock { buckets in
            var bucket = buckets[address] ?? Bucket(left: perSecond, filled: now)
            bucket.left = min(perSecond, bucket.left + (now - bucket.filled) / .seconds(1) * perSecond)
            bucket.filled = now
            let isAdmitted = bucket.left >= 1
            if isAdmitted { bucket.left -= 1 }
            if buckets[address] == nil, buckets.count >= Self.capacity { shrink(&buckets, at: now) }
            buckets[address] = bucket
            return isAdmitted
        }
    }

    /// Forgets the addresses whose bucket is full again, or else all: too much is let through rather than nothing.
    private func shrink(_ buckets: inout [String: Bucket], at now: ContinuousClock.Instant) {
        buckets = buckets.filter { $0.value.filled + .seconds(1) > now }
        if buckets.count >= Self.capacity { buckets.removeAll() }
    }
}
