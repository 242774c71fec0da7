import CallbackCore

/// How long is waited after failures in a row: a second, doubled each time, up to five minutes; longer where it is
/// asked for.
struct Backoff {
    private static let longest: Int64 = 300
    private var failures = 0

    mutating func succeed() { failures = 0 }

    /// - Returns: nanoseconds until the next try.
    mutating func fail(_ problem: LicenseProblem) -> Int64 {
        let seconds = min(1 << Int64(min(failures, 20)), Self.longest)
        failures += 1
        return max(Duration.seconds(seconds), problem.retryAfter ?? .zero).nanoseconds
    }
}
