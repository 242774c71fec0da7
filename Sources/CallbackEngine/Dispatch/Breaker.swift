import CallbackCore

/// Shields a target that seems to be down: when too many attempts fail, nothing is sent for a while, then one delivery
/// goes as a probe, and its end decides.
///
/// Deliveries that wait here do not age: no attempt is made and none is counted. What was in flight when the breaker
/// opened ends as it ends, and changes nothing here.
struct Breaker: Sendable {
    enum State: Hashable, Sendable {
        case closed
        /// Nothing starts before then.
        case open(until: Timestamp)
        /// One delivery is on its way, and nothing else starts.
        case probing(DeliveryID)
    }

    enum Change: Hashable, Sendable {
        case opened
        /// The probe failed.
        case openedAgain
        case closed
    }

    private(set) var state = State.closed
    /// The opening, and the probes that have failed since.
    private(set) var trips = 0
    private var window = FailureWindow()
    /// When the probe that is waited for, or on its way, may or might go; nil while the breaker is closed.
    private(set) var probeAt: Timestamp?

    init() {}

    /// A breaker as it was kept. A probe that was on its way then has told nothing: another one goes.
    init(openUntil: Timestamp?, trips: Int) {
        guard let openUntil else { return }
        state = .open(until: openUntil)
        probeAt = openUntil
        self.trips = max(1, trips)
    }

    /// Whether a delivery may start, as far as this goes.
    func admits(at now: Timestamp) -> Bool {
        switch state {
        case .closed: true
        case .open(let until): now >= until
        case .probing: false
        }
    }

    /// A delivery starts: where the breaker was open, it is the probe.
    mutating func started(_ delivery: DeliveryID) {
        if case .open = state { state = .probing(delivery) }
    }

    /// An attempt has ended.
    /// - Parameter random: in 0..<1; spreads the moments at which many targets are tried again.
    mutating func ended(
        _ delivery: DeliveryID,
        failed: Bool,
        at now: Timestamp,
        random: Double,
        _ settings: BreakerSettings
    ) -> Change? {
        switch state {
        case .closed:
            window.note(delivery, failed: failed, at: now, window: settings.window)
            guard failed, window.isBad(at: now, settings) else { return nil }
            open(at: now, random: random, settings)
            return .opened
        case .probing(delivery):
            guard failed else {
                self = Breaker()
                return .closed
            }
            open(at: now, random: random, settings)
            return .openedAgain
        case .open, .probing: return nil
        }
    }

    /// The attempt failed on this side: where it was the probe, the next delivery is.
    mutating func endedWithoutTelling(_ delivery: DeliveryID, at now: Timestamp) {
        guard case .probing(delivery) = state else { return }
        state = .open(until: now)
        probeAt = now
    }

    private mutating func open(at now: Timestamp, random: Double, _ settings: BreakerSettings) {
        let doublings = min(trips, 30)
        let grown = Double(settings.wait.milliseconds) * Double(1 << doublings)
        let wait = min(grown, Double(settings.longest.milliseconds))
        trips += 1
        let until = now + .milliseconds(Int64(wait * (0.8 + 0.4 * random)))
        state = .open(until: until)
        probeAt = until
    }

    /// When the next probe may go; nil where none is waited for.
    var openUntil: Timestamp? {
        if case .open(let until) = state { until } else { nil }
    }
}
