import CallbackCore

/// How long a target has failed without a success.
///
/// The time between two failures counts up to a day: a target to which nothing was sent for a week, because nothing
/// happened or the daemon was stopped, has not failed for a week.
struct FailingRun: Hashable, Sendable {
    static let longestGap = Duration.hours(24)

    private(set) var length = Duration.zero
    /// Nil where the latest attempt succeeded.
    private(set) var last: Timestamp?

    init() {}

    init(length: Duration, last: Timestamp?) {
        self.length = length
        self.last = last
    }

    mutating func failed(at now: Timestamp) {
        if let last, last < now { length += min(now - last, Self.longestGap) }
        last = now
    }
}
