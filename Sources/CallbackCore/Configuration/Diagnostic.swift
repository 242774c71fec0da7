/// One thing that is wrong, or doubtful, in the configuration: what, where, and what to do.
package struct Diagnostic: Error, Sendable, Hashable {
    package enum Severity: String, Sendable {
        case error, warning
    }

    package var severity: Severity
    /// Stable, such as `C012`: people search for it.
    package var code: String
    /// One sentence without a final full stop.
    package var message: String
    package var place: ConfigPlace?
    /// Stands at the caret, such as `did you mean "events"?`.
    package var label: String?
    /// Stands below, such as the list of the keys allowed.
    package var help: String?

    package init(
        _ severity: Severity = .error,
        _ code: String,
        _ message: String,
        at place: ConfigPlace?,
        label: String? = nil,
        help: String? = nil
    ) {
        self.severity = severity
        self.code = code
        self.message = message
        self.place = place
        self.label = label
        self.help = help
    }
}

/// Finds the word that the user probably meant.
package enum DidYouMean {
    /// The candidate closest to `word`, where it is close enough to be a slip: a third of its length at most.
    package static func closest(to word: String, among candidates: some Sequence<String>) -> String? {
        let limit = max(1, word.count / 3)
        let scored = candidates.map { (distance: distance(word.lowercased(), $0.lowercased()), word: $0) }
        return scored.filter { $0.distance <= limit }.min { ($0.distance, $0.word) < ($1.distance, $1.word) }?.word
    }

    /// What helps somebody who wrote a name that there is not: the one probably meant, or else the names that there are.
    /// - Returns: such as `did you mean "billing"?`, or `there are: billing, hook`; at most eight names.
    package static func hint(for word: String, among names: some Sequence<String>) -> String {
        if let meant = closest(to: word, among: names) { return "did you mean \"\(meant)\"?" }
        let known = Set(names).sorted()
        guard !known.isEmpty else { return "there are none" }
        let more = known.count > 8 ? " and \(known.count - 8) more" : ""
        return "there are: \(known.prefix(8).joined(separator: ", "))\(more)"
    }

    /// The number of insertions, deletions, replacements and swaps of neighbours between two words.
    private static func distance(_ left: String, _ right: String) -> Int {
        let left = Array(left.prefix(64))
        let right = Array(right.prefix(64))
        var before: [Int] = []
        var previous = Array(0...right.count)
        for row in 0..<left.count {
            var current = [row + 1] + Array(repeating: 0, count: right.count)
            for column in 0..<right.count {
                let cost = left[row] == right[column] ? 0 : 1
                current[column + 1] = min(
                    current[column] + 1, previous[column + 1] + 1, previous[column] + cost)
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    current[column + 1] = min(current[column + 1], before[column - 1] + 1)
                }
            }
            before = previous
            previous = current
        }
        return previous[right.count]
    }
}
