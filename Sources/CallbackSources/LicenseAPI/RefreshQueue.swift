import CallbackCore

/// Says which licence's properties are read next, so that each is read once in every interval and never all at once.
///
/// What was never read, or was renewed, comes first. The others go round, the one that waits longest first, at an even
/// pace of interval ÷ licences.
struct RefreshQueue {
    private struct Entry {
        let id: LicenseID
        /// When it was read or tried last.
        let at: Timestamp
    }

    /// Until what could not be read is tried again, where that is sooner than its next turn.
    static let retryDelay = Duration.minutes(10)

    private let interval: Duration
    /// What could not be read, by the time at which it is tried again.
    private var retries = Fifo<(id: LicenseID, due: Int64)>()
    private var urgent = Fifo<LicenseID>()
    private var isUrgent: Set<LicenseID> = []
    private var round = Fifo<Entry>()
    private var isInRound: Set<LicenseID> = []
    /// When the round went on last, by the monotonic clock in nanoseconds.
    private var movedAt: Int64

    init(interval: Duration, now: Int64) {
        self.interval = interval
        movedAt = now
    }

    /// Asks for a licence before all others.
    mutating func hurry(_ id: LicenseID) {
        if isUrgent.insert(id).inserted { urgent.append(id) }
    }

    /// Notes that a licence was read or tried; the earliest must be noted first.
    mutating func note(_ id: LicenseID, at time: Timestamp) {
        if isInRound.insert(id).inserted { round.append(Entry(id: id, at: time)) }
    }

    /// The next licence, and how long there is no need to read it, in nanoseconds. Those that are not `known` any more
    /// are forgotten.
    mutating func next(
        now: Timestamp, monotonic: Int64, known: (LicenseID) -> Bool
    ) -> (id: LicenseID, wait: Int64)? {
        while let id = urgent.first {
            if known(id) { return (id, 0) }
            _ = urgent.popFirst()
            isUrgent.remove(id)
        }
        while let retry = retries.first, !known(retry.id) { _ = retries.popFirst() }
        let retry = retries.first.map { (id: $0.id, wait: max(0, $0.due - monotonic)) }
        while let entry = round.first {
            guard known(entry.id) else {
                _ = round.popFirst()
                isInRound.remove(entry.id)
                continue
            }
            let pace = movedAt + interval.nanoseconds / Int64(round.count) - monotonic
            let overdue = (interval - (now - entry.at)).nanoseconds
            let wait = max(0, min(pace, overdue))
            if let retry, retry.wait <= wait { return retry }
            return (entry.id, wait)
        }
        return retry
    }

    /// Takes the licence that `next` gave to the end of the round: it was read, or cannot be.
    mutating func finish(_ id: LicenseID, now: Timestamp, monotonic: Int64) {
        take(id, monotonic)
        note(id, at: now)
    }

    /// Tries the licence that `next` gave again later: the API could not say.
    mutating func postpone(_ id: LicenseID, now: Timestamp, monotonic: Int64) {
        take(id, monotonic)
        guard Self.retryDelay < interval else { return note(id, at: now) }
        retries.append((id, monotonic + Self.retryDelay.nanoseconds))
    }

    private mutating func take(_ id: LicenseID, _ monotonic: Int64) {
        if urgent.first == id {
            _ = urgent.popFirst()
            isUrgent.remove(id)
        } else if retries.first?.id == id {
            _ = retries.popFirst()
        } else if round.first?.id == id {
            _ = round.popFirst()
            isInRound.remove(id)
            movedAt = monotonic
        }
    }
}

/// First in, first out, at a constant cost.
private struct Fifo<Element> {
    private var elements: [Element] = []
    private var start = 0

    var count: Int { elements.count - start }
    var first: Element? { start < elements.count ? elements[start] : nil }

    mutating func append(_ element: Element) { elements.append(element) }

    mutating func popFirst() -> Element? {
        guard start < elements.count else { return nil }
        defer {
            start += 1
            if start > 1024, start * 2 > elements.count {
                elements.removeFirst(start)
                start = 0
            }
        }
        return elements[start]
    }
}
