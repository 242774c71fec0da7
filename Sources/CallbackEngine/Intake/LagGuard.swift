import CallbackCore

/// Notices a source whose changes have not been taken in for too long, once for each time.
///
/// It is over when what is missing is no older than half of the limit, so that a source at its limit does not flicker.
struct LagGuard {
    enum Change: Hashable {
        case lagging(SourceLag, words: String)
        case recovered
    }

    /// What is told since before ends by the limit of now.
    var limit: Duration
    /// What is not taken in yet, as of the last look.
    private(set) var lags: [SourceName: SourceLag] = [:]
    private var words: [SourceName: String] = [:]

    init(limit: Duration) { self.limit = limit }

    /// What an operator must know, a sentence for each source that is too far behind.
    var alarms: [String] { words.sorted { $0.key < $1.key }.map(\.value) }

    /// Takes what a look at a source came to.
    /// - Returns: what is new about it; nil where nothing is.
    mutating func take(_ lag: SourceLag?, of source: SourceName, at now: Timestamp) -> Change? {
        lags[source] = lag
        let age = lag.map { now.milliseconds - $0.since.milliseconds } ?? 0
        let bound = limit.milliseconds
        guard let lag, age > (words[source] == nil ? bound : bound / 2) else {
            return words.removeValue(forKey: source) == nil ? nil : .recovered
        }
        let text =
            "source \(source) is behind: its changes since \(lag.since) are not taken in, \(lag.changes) rows of its "
            + "log (limits: source-lag)"
        return words.updateValue(text, forKey: source) == nil ? .lagging(lag, words: text) : nil
    }
}
