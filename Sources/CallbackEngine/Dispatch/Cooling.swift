import CallbackCore

/// Shields a target that seems to be down: after a few failures in a row that speak of the target as a whole, it is
/// left alone for a while and then tried with one delivery, whose success lets two go, then four, and so on.
///
/// Deliveries that wait here do not age: no attempt is made and none is counted.
struct Cooling: Sendable {
    /// Failures in a row before the target is left alone.
    static let patience = 3
    /// The first and the longest time for which it is left alone, in nanoseconds.
    static let shortest: Int64 = 200_000_000
    static let longest: Int64 = 30_000_000_000

    private(set) var failures = 0
    /// Monotonic nanoseconds; nil while the target is not left alone.
    private(set) var until: Int64?
    /// How many deliveries may be in flight: grows again after the target has answered.
    private(set) var allowance = Int.max

    /// Whether a delivery may start now, with so many in flight.
    func admits(inFlight: Int, at now: Int64) -> Bool {
        if let until, now < until { return false }
        return inFlight < allowance
    }

    mutating func succeeded() {
        failures = 0
        until = nil
        if allowance != .max { allowance = allowance > 512 ? .max : allowance * 2 }
    }

    /// - Parameter random: in 0..<1; spreads the moments at which many targets are tried again.
    mutating func failed(at now: Int64, random: Double) {
        // What was in flight when the target went down fails together: that is one failure and no reason to double.
        if let until, now < until { return }
        failures += 1
        guard failures >= Self.patience else { return }
        let doublings = min(failures - Self.patience, 20)
        let wait = min(Self.shortest << doublings, Self.longest)
        until = now + Int64(Double(wait) * (0.8 + 0.4 * random))
        allowance = 1
    }
}
