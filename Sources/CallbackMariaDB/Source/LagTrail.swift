import CallbackCore

/// Remembers which rows are on their way to disk since when, and tells how far the state file is behind.
struct LagTrail {
    /// Nanoseconds between two looks.
    private static let pause: Int64 = 1_000_000_000
    /// Rows between two times that are remembered.
    private static let step: Int64 = 500

    private let source: SourceName
    private let intake: any SourceIntake
    private let timekeeper: any Timekeeper
    private var trail: [(position: Int64, milliseconds: Int64)] = []
    private var nextLook: Int64

    init(source: SourceName, intake: any SourceIntake, timekeeper: any Timekeeper) {
        self.source = source
        self.intake = intake
        self.timekeeper = timekeeper
        nextLook = timekeeper.monotonic()
    }

    /// A row was read.
    mutating func note(_ position: Int64, _ milliseconds: Int64) {
        if let last = trail.last, position < last.position + Self.step, milliseconds == last.milliseconds { return }
        trail.append((position, milliseconds))
    }

    /// Tells the intake about once a second how far it is behind.
    /// - Parameter isDue: tells it now.
    mutating func tell(_ mark: Mark, isDue: Bool = false) {
        let now = timekeeper.monotonic()
        guard isDue || now >= nextLook else { return }
        nextLook = now + Self.pause
        let committed = intake.committedPosition(of: source)
        guard committed < mark.position else {
            trail.removeAll(keepingCapacity: true)
            return intake.report(nil, of: source)
        }
        // The time of a row is that of the last one remembered before it.
        while trail.count > 1, trail[1].position <= committed + 1 { trail.removeFirst() }
        let since = trail.first.map { Timestamp(milliseconds: $0.milliseconds) } ?? timekeeper.now()
        intake.report(SourceLag(since: since, changes: mark.position - committed), of: source)
    }
}
