import CallbackCore

/// Keeps a target's attempts at a rate: a bucket of tokens that fills evenly and holds what a tenth of a second gives,
/// so that no second sees more than 1.1 times the rate.
///
/// The bucket is kept as the moment at which it would be full again (the generic cell rate algorithm, ITU-T I.371), so
/// that nothing has to be filled while nobody looks.
struct Pace: Sendable {
    let rate: Rate
    private let interval: Int64
    /// How far ahead of an even pace attempts may run, in nanoseconds.
    private let headStart: Int64
    /// When the bucket is full again, monotonic nanoseconds.
    private var full: Int64 = .min / 2

    init(_ rate: Rate) {
        self.rate = rate
        interval = rate.interval
        headStart = max(0, 100_000_000 / interval - 1) * interval
    }

    /// When the next attempt may begin, monotonic nanoseconds; a moment that is past means now.
    var next: Int64 { full - headStart }

    func admits(at now: Int64) -> Bool { now >= next }

    mutating func begin(at now: Int64) { full = max(full, now) + interval }
}
