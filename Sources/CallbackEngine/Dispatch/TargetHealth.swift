import CallbackCore

/// What is known of one target's health: whether it may be sent to, and how much at once. Pure: the clock is given.
struct TargetHealth: Sendable {
    /// How an attempt ended, as far as the target is concerned.
    enum End: Hashable, Sendable {
        case succeeded
        /// The target answered, and will never take this delivery.
        case refused
        case failed
        /// It is busy, and wants to be left alone for so long.
        case throttled(Duration?)
        /// It wants nothing more, in these words.
        case gone(String)
        /// It failed on this side.
        case local
    }

    /// What an operator should learn of.
    enum Change: Hashable, Sendable {
        case opened(until: Timestamp)
        case closed
        case disabled(TargetState.Disabled)
        case recovered
    }

    /// While a target fails, the file learns of it at least so often.
    private static let failureNote = Duration.minutes(1)

    private var breaker = Breaker()
    private var slowStart = SlowStart()
    private var run = FailingRun()
    private(set) var throttledUntil: Timestamp?
    private(set) var disabled: TargetState.Disabled?
    private var isRecovering = false
    /// What the file says of the last failure.
    private var notedFailure: Timestamp?
    /// The file says something else.
    private var needsNote = false

    init() {}

    /// - Parameter now: no breaker stays open longer from here than it ever would.
    init(_ kept: TargetState, at now: Timestamp, _ settings: BreakerSettings?) {
        if let settings, let until = kept.openUntil {
            breaker = Breaker(openUntil: min(until, now + settings.longest * 2), trips: kept.trips)
        }
        // A breaker that was switched off since is closed in the file, too.
        needsNote = kept.openUntil != nil && settings == nil
        throttledUntil = kept.throttledUntil.map { min($0, now + .hours(24)) }
        run = FailingRun(length: kept.failingFor, last: kept.lastFailure)
        disabled = kept.disabled
        isRecovering = kept.isRecovering
        notedFailure = kept.lastFailure
        if breaker.openUntil != nil { slowStart.begin() }
    }

    // MARK: Starting

    /// Whether a delivery may start now, with so many in flight.
    func admits(inFlight: Int, at now: Timestamp) -> Bool {
        guard disabled == nil, slowStart.admits(inFlight: inFlight) || isOpen else { return false }
        if let throttledUntil, now < throttledUntil { return false }
        return breaker.admits(at: now)
    }

    mutating func started(_ delivery: DeliveryID) { breaker.started(delivery) }

    /// Something starts no sooner than then; nil where nothing is waited for.
    var shieldedUntil: Timestamp? {
        guard let throttledUntil, let open = breaker.openUntil else { return throttledUntil ?? breaker.openUntil }
        return max(throttledUntil, open)
    }

    /// When the next probe goes, or went that is on its way; nil where the breaker is closed.
    var openUntil: Timestamp? { breaker.probeAt }

    private var isOpen: Bool { breaker.state != .closed }

    // MARK: Ending

    /// Takes the end of an attempt.
    /// - Parameter random: in 0..<1.
    mutating func ended(
        _ delivery: DeliveryID,
        _ end: End,
        at now: Timestamp,
        random: @autoclosure () -> Double,
        _ settings: TargetSettings
    ) -> Change? {
        switch end {
        case .local:
            breaker.endedWithoutTelling(delivery, at: now)
            return nil
        case .gone(let words):
            return disable(.gone, words, at: now)
        case .succeeded:
            return succeeded(delivery, at: now, settings)
        case .refused:
            run.failed(at: now)
            let change = note(delivery, failed: false, at: now, random: 0, settings)
            return tooLong(at: now, settings) ?? change
        case .throttled(let wait):
            if let wait { throttle(until: now + wait) }
            slowStart.begin()
            return failed(delivery, at: now, random: random(), settings)
        case .failed:
            return failed(delivery, at: now, random: random(), settings)
        }
    }

    private mutating func succeeded(
        _ delivery: DeliveryID,
        at now: Timestamp,
        _ settings: TargetSettings
    ) -> Change? {
        if run.last != nil {
            run = FailingRun()
            needsNote = true
        }
        // What was on its way when it asked to be left alone may end well in the meantime.
        if let until = throttledUntil, now >= until {
            throttledUntil = nil
            needsNote = true
        }
        let change = note(delivery, failed: false, at: now, random: 0, settings)
        slowStart.succeeded(limit: settings.concurrency)
        guard isRecovering else { return change }
        isRecovering = false
        needsNote = true
        return .recovered
    }

    private mutating func failed(
        _ delivery: DeliveryID,
        at now: Timestamp,
        random: Double,
        _ settings: TargetSettings
    ) -> Change? {
        run.failed(at: now)
        if slowStart.allowance != nil { slowStart.begin() }
        let change = note(delivery, failed: true, at: now, random: random, settings)
        return tooLong(at: now, settings) ?? change
    }

    private mutating func note(
        _ delivery: DeliveryID,
        failed: Bool,
        at now: Timestamp,
        random: Double,
        _ settings: TargetSettings
    ) -> Change? {
        guard let policy = settings.breaker else { return nil }
        guard let change = breaker.ended(delivery, failed: failed, at: now, random: random, policy) else { return nil }
        needsNote = true
        slowStart.begin()
        switch change {
        case .opened: return breaker.openUntil.map { .opened(until: $0) }
        case .openedAgain: return nil
        case .closed: return .closed
        }
    }

    private mutating func throttle(until: Timestamp) {
        throttledUntil = throttledUntil.map { max($0, until) } ?? until
        needsNote = true
    }

    private mutating func tooLong(at now: Timestamp, _ settings: TargetSettings) -> Change? {
        guard let limit = settings.disableAfter, run.length >= limit else { return nil }
        let hours = run.length.milliseconds / 3_600_000
        let time =
            hours >= 48 ? "\(hours / 24) days" : hours >= 1 ? "\(hours) h" : "\(run.length.milliseconds / 1000) s"
        return disable(.failing, "every attempt of the last \(time) has failed", at: now)
    }

    private mutating func disable(_ reason: TargetState.DisabledReason, _ words: String, at now: Timestamp) -> Change? {
        guard disabled == nil else { return nil }
        let disabled = TargetState.Disabled(reason: reason, words: words, since: now)
        self.disabled = disabled
        breaker = Breaker()
        throttledUntil = nil
        needsNote = true
        return .disabled(disabled)
    }

    // MARK: Operators

    /// Somebody says that it is worth trying now.
    mutating func tryAgain() {
        breaker = Breaker()
        slowStart = SlowStart()
        throttledUntil = nil
        needsNote = true
    }

    /// Brings a disabled target back.
    mutating func enable() {
        tryAgain()
        run = FailingRun()
        if disabled != nil { isRecovering = true }
        disabled = nil
        notedFailure = nil
    }

    // MARK: Keeping

    /// What is to be written; nil where the file says it already.
    mutating func takeNote() -> TargetState? {
        guard needsNote || isFailureToBeNoted else { return nil }
        needsNote = false
        notedFailure = run.last
        return kept
    }

    private var isFailureToBeNoted: Bool {
        guard let last = run.last else { return false }
        guard let notedFailure else { return true }
        return last - notedFailure >= Self.failureNote
    }

    /// What a new start has to know.
    var kept: TargetState {
        var state = TargetState()
        state.openUntil = breaker.probeAt
        state.trips = breaker.trips
        state.throttledUntil = throttledUntil
        state.failingFor = run.length
        state.lastFailure = run.last
        state.disabled = disabled
        state.isRecovering = isRecovering
        return state
    }
}
