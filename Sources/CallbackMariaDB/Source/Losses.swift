import CallbackCore

/// What could not be understood since the last batch: a gap, never passed over.
struct Losses {
    /// Sentences of one gap at most.
    private static let most = 5

    private var counts: [(words: String, count: Int)] = []
    private var from: UInt32?

    var isEmpty: Bool { counts.isEmpty }

    /// - Parameter seconds: the time of the event, since 1970.
    mutating func add(_ words: String, at seconds: UInt32) {
        from = min(from ?? seconds, seconds)
        if let index = counts.firstIndex(where: { $0.words == words }) {
            counts[index].count += 1
        } else {
            counts.append((words, 1))
        }
    }

    func gap(after position: Int64, now: Timestamp) -> Gap? {
        guard !isEmpty else { return nil }
        var sentences = counts.prefix(Self.most).map { $0.count == 1 ? $0.words : "\($0.words) (\($0.count) times)" }
        if counts.count > Self.most { sentences.append("and \(counts.count - Self.most) more") }
        return Gap(
            reason: .unreadable, message: sentences.joined(separator: "; "), after: position,
            from: from.map { Timestamp(milliseconds: Int64($0) * 1000) }, until: now)
    }
}
