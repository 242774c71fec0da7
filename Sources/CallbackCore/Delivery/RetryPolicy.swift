import Glibc

/// When a failed delivery is tried again.
package struct RetryPolicy: Hashable, Sendable {
    /// How long it waits, before jitter.
    package enum Waits: Hashable, Sendable {
        /// The waits before the second, third, … attempt.
        case schedule([Duration])
        /// Each wait is longer than the one before, until the delivery is too old.
        case growing(Growth)
    }

    package struct Growth: Hashable, Sendable {
        /// The wait after the first attempt.
        package var first: Duration
        /// How much longer each wait is than the one before, at least 1.
        package var factor: Double
        /// No wait is longer.
        package var longest: Duration
        /// What all waits of a delivery may come to.
        package var total: Duration

        package init(first: Duration, factor: Double, longest: Duration, total: Duration) {
            self.first = first
            self.factor = factor
            self.longest = longest
            self.total = total
        }

        /// What holds where only some of it is said.
        package static let standard = Growth(first: .seconds(5), factor: 2, longest: .hours(1), total: .days(3))
    }

    /// What follows from a failure.
    package enum Step: Hashable, Sendable {
        case wait(Duration)
        /// The schedule is used up.
        case exhausted
        /// The delivery would become too old.
        case expired
    }

    package var waits: Waits
    /// The share by which each wait varies up or down, 0…1, so that failures do not come back all at once.
    package var jitter: Double

    package init(_ waits: Waits, jitter: Double) {
        self.waits = waits
        self.jitter = jitter
    }

    package init(schedule: [Duration], jitter: Double) { self.init(.schedule(schedule), jitter: jitter) }

    /// The schedule that Standard Webhooks 1.0.0 recommends, over three days.
    package static let standard = RetryPolicy(
        schedule: [
            .seconds(5), .minutes(5), .minutes(30), .hours(2), .hours(5), .hours(10), .hours(14), .hours(20),
            .hours(24),
        ],
        jitter: 0.2
    )

    /// The waits of a schedule; none where they grow.
    package var schedule: [Duration] {
        guard case .schedule(let waits) = waits else { return [] }
        return waits
    }

    /// What follows when the given attempt has failed.
    ///
    /// - Parameters:
    ///   - attempt: the number of the attempt that failed, from 1.
    ///   - age: what the delivery's waits have come to so far. Time for which its target was paused, disabled or
    ///     shielded is no part of it, and neither is time for which it was held.
    ///   - retryAfter: what the target asked for. It is honoured where it is longer than the planned wait.
    ///   - random: a number in 0..<1.
    package func next(
        afterAttempt attempt: Int,
        age: Duration,
        retryAfter: Duration?,
        random: Double
    ) -> Step {
        guard let wait = wait(afterAttempt: attempt, retryAfter: retryAfter, random: random) else { return .exhausted }
        if case .growing(let growth) = waits {
            let (sum, isPast) = age.milliseconds.addingReportingOverflow(wait.milliseconds)
            if isPast || sum > growth.total.milliseconds { return .expired }
        }
        return .wait(wait)
    }

    /// The wait after the given attempt failed, however old the delivery is; nil when a schedule is used up.
    package func wait(afterAttempt attempt: Int, retryAfter: Duration?, random: Double) -> Duration? {
        guard let plain = plainWait(afterAttempt: attempt) else { return nil }
        let factor = 1 + jitter * (2 * random - 1)
        let milliseconds = Double(plain.milliseconds) * factor
        let planned = Duration.milliseconds(Int64(exactly: milliseconds.rounded(.down)) ?? .max)
        guard let retryAfter else { return planned }
        return max(planned, retryAfter)
    }

    /// Before jitter.
    private func plainWait(afterAttempt attempt: Int) -> Duration? {
        guard attempt >= 1 else { return nil }
        switch waits {
        case .schedule(let waits):
            return attempt <= waits.count ? waits[attempt - 1] : nil
        case .growing(let growth):
            let grown = Double(growth.first.milliseconds) * pow(growth.factor, Double(attempt - 1))
            // Infinity and what no Int64 holds are both longer than the longest wait.
            return grown < Double(growth.longest.milliseconds) ? .milliseconds(Int64(grown)) : growth.longest
        }
    }
}
