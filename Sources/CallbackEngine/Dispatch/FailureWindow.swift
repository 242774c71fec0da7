import CallbackCore

/// How many of the latest attempts have failed: counted in ten slices of the window, the oldest of which falls out.
struct FailureWindow: Sendable {
    private static let slices = 10

    private struct Slice {
        /// Slices since 1970.
        var number: Int64 = .min
        var attempts = 0
        var failures = 0
    }

    private var ring = [Slice](repeating: Slice(), count: slices)
    /// The delivery that failed last: one that fails again and again says little about the others.
    private var lastFailed: DeliveryID?
    /// The length of a slice in milliseconds, worked out once for a window.
    private var slice: (window: Duration, length: Int64) = (.zero, 1)

    /// Counts an attempt in. Repeated failures of one delivery, with nothing between them, are counted as one.
    mutating func note(_ delivery: DeliveryID, failed: Bool, at now: Timestamp, window: Duration) {
        guard !failed || delivery != lastFailed else { return }
        lastFailed = failed ? delivery : nil
        if slice.window != window {
            slice = (window, max(1, window.milliseconds / Int64(Self.slices)))
        }
        let number = now.milliseconds / slice.length
        let place = Int(((number % Int64(Self.slices)) + Int64(Self.slices)) % Int64(Self.slices))
        if ring[place].number != number { ring[place] = Slice(number: number) }
        ring[place].attempts += 1
        if failed { ring[place].failures += 1 }
    }

    /// Whether there were enough attempts in the window, and enough of them failures.
    func isBad(at now: Timestamp, _ settings: BreakerSettings) -> Bool {
        let oldest = now.milliseconds / slice.length - Int64(Self.slices)
        var attempts = 0
        var failures = 0
        for slice in ring where slice.number > oldest {
            attempts += slice.attempts
            failures += slice.failures
        }
        return attempts >= settings.minimum && Double(failures) >= settings.failures * Double(attempts)
    }
}
