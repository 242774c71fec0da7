/// When a failed delivery is tried again.
package struct RetryPolicy: Hashable, Sendable {
    /// The waits before the second, third, … attempt. The first attempt is made at once.
    package var schedule: [Duration]
    /// The share by which each wait varies up or down, 0…1, so that failures do not come back all at once.
    package var jitter: Double

    package init(schedule: [Duration], jitter: Double) {
        self.schedule = schedule
        self.jitter = jitter
    }

    /// The schedule that Standard Webhooks 1.0.0 recommends, over three days.
    package static let standard = RetryPolicy(
        schedule: [
            .seconds(5), .minutes(5), .minutes(30), .hours(2), .hours(5), .hours(10), .hours(14), .hours(20),
            .hours(24),
        ],
        jitter: 0.2
    )

    /// The wait after the given attempt failed; nil when the schedule is used up.
    ///
    /// - Parameters:
    ///   - attempt: the number of the attempt that failed, from 1.
    ///   - retryAfter: what the target asked for. It is honoured where it is longer than the schedule's wait.
    ///   - random: a number in 0..<1.
    package func wait(afterAttempt attempt: Int, retryAfter: Duration?, random: Double) -> Duration? {
        guard attempt >= 1, attempt <= schedule.count else { return nil }
        let factor = 1 + jitter * (2 * random - 1)
        let milliseconds = Double(schedule[attempt - 1].milliseconds) * factor
        let planned = Duration.milliseconds(Int64(exactly: milliseconds.rounded(.down)) ?? .max)
        guard let retryAfter else { return planned }
        return max(planned, retryAfter)
    }
}
