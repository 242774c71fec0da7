extension Duration {
    /// Whole milliseconds, rounded towards zero; saturates instead of overflowing.
    package var milliseconds: Int64 { whole(perSecond: 1000) }

    /// Whole nanoseconds, rounded towards zero; saturates instead of overflowing.
    package var nanoseconds: Int64 { whole(perSecond: 1_000_000_000) }

    private func whole(perSecond count: Int64) -> Int64 {
        let (seconds, attoseconds) = components
        let (scaled, isTooLong) = seconds.multipliedReportingOverflow(by: count)
        let (sum, isPast) = scaled.addingReportingOverflow(attoseconds / (1_000_000_000_000_000_000 / count))
        guard !isTooLong, !isPast else { return seconds < 0 ? .min : .max }
        return sum
    }

    package static func minutes(_ count: Int64) -> Duration { .seconds(count * 60) }
    package static func hours(_ count: Int64) -> Duration { .seconds(count * 3600) }
    package static func days(_ count: Int64) -> Duration { .seconds(count * 86_400) }
}
