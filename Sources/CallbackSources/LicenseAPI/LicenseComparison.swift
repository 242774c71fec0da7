/// Holds listings of one kind against the licences that are known: what came, what is gone, what was renewed.
///
/// A licence is gone only after several listings in a row without it: providers answer with too few keys, or with none,
/// while they work on something. The count lives in memory, so a restart begins it again: an end is told later then,
/// and never one that was none.
struct LicenseComparison {
    /// What a listing tells.
    struct Finding: Equatable {
        /// Licences that were not known, in the order of the listing.
        var appeared: [String] = []
        /// Known licences that were missing often enough, by key.
        var gone: [String] = []
        /// Known licences that are listed under another number, in the order of the listing.
        var renumbered: [String] = []
    }

    /// Listings in a row without a licence that end it.
    let patience: Int
    /// How often in a row a known licence was missing.
    private(set) var missing: [String: Int] = [:]

    init(patience: Int) { self.patience = patience }

    /// - Parameter known: the number under which each known licence was listed last, by key.
    mutating func compare(_ listing: LicenseListing, with known: [String: String]) -> Finding {
        var finding = Finding()
        var present = 0
        for key in listing.keys {
            guard let number = known[key] else {
                finding.appeared.append(key)
                continue
            }
            present += 1
            if listing.numbers[key] != number { finding.renumbered.append(key) }
        }
        guard present < known.count else {
            missing = [:]
            return finding
        }
        // Those that are listed again are counted no more.
        var counts: [String: Int] = [:]
        for key in known.keys where listing.numbers[key] == nil {
            let count = (missing[key] ?? 0) + 1
            if count >= patience {
                finding.gone.append(key)
            } else {
                counts[key] = count
            }
        }
        missing = counts
        finding.gone.sort()
        return finding
    }
}
