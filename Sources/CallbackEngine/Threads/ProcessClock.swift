package import CallbackCore

/// Wall time that runs with the monotonic clock: a clock set forward or back while the daemon runs neither fires
/// everything at once nor stalls what waits.
package struct ProcessClock: Sendable {
    private let timekeeper: any Timekeeper
    private let wallAtStart: Int64
    private let monotonicAtStart: Int64

    package init(_ timekeeper: any Timekeeper) {
        self.timekeeper = timekeeper
        wallAtStart = timekeeper.now().milliseconds
        monotonicAtStart = timekeeper.monotonic()
    }

    package func now() -> Timestamp {
        Timestamp(milliseconds: wallAtStart + (timekeeper.monotonic() - monotonicAtStart) / 1_000_000)
    }

    /// Monotonic nanoseconds.
    package func monotonic() -> Int64 { timekeeper.monotonic() }

    /// The monotonic moment, in nanoseconds, at which `now()` reaches a time.
    package func monotonic(at time: Timestamp) -> Int64 {
        monotonicAtStart + (time.milliseconds - wallAtStart).clamped(toMagnitude: 3_000_000_000_000) * 1_000_000
    }
}

extension Int64 {
    fileprivate func clamped(toMagnitude limit: Int64) -> Int64 { Swift.min(Swift.max(self, -limit), limit) }
}
