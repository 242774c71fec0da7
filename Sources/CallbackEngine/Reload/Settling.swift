/// When changes on disk have settled. Times are monotonic nanoseconds.
struct Settling {
    /// Quiet for so long means that an editor has finished, in nanoseconds; and the longest that anybody may go on.
    static let quiet: Int64 = 200_000_000
    static let patience: Int64 = 2_000_000_000

    private var first: Int64?
    /// When they are read, if nothing more comes; nil where nothing changed.
    private(set) var until: Int64?

    mutating func changed(at now: Int64) {
        let first = first ?? now
        self.first = first
        until = min(now + Self.quiet, first + Self.patience)
    }

    func isDue(at now: Int64) -> Bool { until.map { now >= $0 } ?? false }
}
