/// When a failing target is left alone for a while.
package struct BreakerSettings: Hashable, Sendable {
    /// The share of failed attempts from which it is left alone, above 0 and at most 1.
    package var failures: Double
    /// The time over which attempts are counted.
    package var window: Duration
    /// How many attempts there must have been in it.
    package var minimum: Int
    /// How long it is left alone before the first probe. Doubles with each probe that fails.
    package var wait: Duration
    /// The longest time between two probes.
    package var longest: Duration

    package init(failures: Double, window: Duration, minimum: Int, wait: Duration, longest: Duration) {
        self.failures = failures
        self.window = window
        self.minimum = minimum
        self.wait = wait
        self.longest = longest
    }

    package static let standard = BreakerSettings(
        failures: 0.5, window: .minutes(1), minimum: 5, wait: .seconds(1), longest: .minutes(1))
}
