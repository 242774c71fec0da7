/// Finds what somebody probably meant to write.
enum Likeness {
    /// The most similar of the known words, or nil where none is similar.
    static func nearest(to written: String, among known: [String]) -> String? {
        let word = Array(written.lowercased().unicodeScalars.prefix(80))
        // A third of the letters may be wrong, and one of a short word.
        let limit = max(1, word.count / 3)
        let near = known.map { (word: $0, distance: distance(word, Array($0.lowercased().unicodeScalars))) }
            .filter { $0.distance <= limit }
        if let best = near.min(by: { $0.distance < $1.distance }) { return best.word }
        // The last part of a long name: "name" for "gen-info-name", where nothing else ends so.
        let longer = known.filter { $0.hasSuffix("-" + written) || $0.hasPrefix(written + "-") }
        return longer.count == 1 ? longer.first : nil
    }

    /// How many letters are to be added, taken away, replaced, or exchanged with their neighbour.
    private static func distance(_ one: [Unicode.Scalar], _ other: [Unicode.Scalar]) -> Int {
        var rows = [Array(0...other.count)]
        for i in 1..<(one.count + 1) {
            var row = [i]
            for j in 1..<(other.count + 1) {
                let isSame = one[i - 1] == other[j - 1]
                var best = min(rows[i - 1][j] + 1, row[j - 1] + 1, rows[i - 1][j - 1] + (isSame ? 0 : 1))
                if i > 1, j > 1, one[i - 1] == other[j - 2], one[i - 2] == other[j - 1] {
                    best = min(best, rows[i - 2][j - 2] + 1)
                }
                row.append(best)
            }
            rows.append(row)
        }
        return rows[one.count][other.count]
    }
}
