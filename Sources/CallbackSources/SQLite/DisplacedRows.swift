import CallbackRows

/// Turns rows of the log into changes, and finds the deletions that OR REPLACE hides.
///
/// Before each insert, and before each update of a unique column, the triggers log the rows that hold the new unique
/// values: candidates. A candidate existed when it was logged. Where nothing happened to it since, and then a row of
/// the same unique value is there, the candidate cannot be there any more: it was displaced. That holds whatever left
/// the candidate behind (an upsert, OR IGNORE, a failed statement) and needs no knowledge of statements.
struct DisplacedRows {
    /// Candidates are forgotten beyond this many: only OR IGNORE leaves so many, and they are of no use.
    private static let most = 10_000

    private var candidates: [String: [Candidate]] = [:]
    private var count = 0
    private var oldHalf: LogRow?
    /// Whether the row that displaces the latest candidates may still come: no batch may end here.
    private(set) var isWaiting = false

    /// The changes that a log row stands for: none, one, or one after those that it displaced.
    mutating func take(_ row: LogRow) -> [RowChange] {
        guard let layout = row.layout, let operation = row.operation else { return [] }
        switch operation {
        case .displaced:
            let change = RowChange(place: row.place, layout: layout.row, kind: .deleted, old: row.values, new: [])
            remember(Candidate(change: change, keys: layout.uniqueKeys))
            return []
        case .inserted:
            return arrived(RowChange(place: row.place, layout: layout.row, kind: .inserted, old: [], new: row.values))
        case .updated:
            let half = layout.columns.count
            return arrived(
                RowChange(
                    place: row.place, layout: layout.row, kind: .updated, old: Array(row.values[..<half]),
                    new: Array(row.values[half...])))
        case .updatedOld:
            oldHalf = row
            isWaiting = true
            return []
        case .updatedNew:
            defer { oldHalf = nil }
            guard let old = oldHalf else { return [] }
            return arrived(
                RowChange(place: row.place, layout: layout.row, kind: .updated, old: old.values, new: row.values))
        case .deleted:
            let change = RowChange(place: row.place, layout: layout.row, kind: .deleted, old: row.values, new: [])
            forget(change.old, of: layout.table)
            return [change]
        }
    }

    /// Forgets what is left: a transaction never goes on beyond the horizon.
    mutating func reachHorizon() {
        candidates.removeAll(keepingCapacity: true)
        count = 0
        oldHalf = nil
        isWaiting = false
    }

    private mutating func remember(_ candidate: Candidate) {
        if count >= Self.most { reachHorizon() }
        isWaiting = true
        // The same row can stand in the way by several keys.
        let table = candidate.change.layout.table
        if candidates[table]?.contains(where: { $0.isRow(candidate.change.old) }) == true { return }
        candidates[table, default: []].append(candidate)
        count += 1
    }

    private mutating func forget(_ values: [RowValue], of table: String) {
        guard count > 0, var remaining = candidates[table] else { return }
        let before = remaining.count
        remaining.removeAll { $0.isRow(values) }
        count -= before - remaining.count
        candidates[table] = remaining
    }

    private mutating func arrived(_ change: RowChange) -> [RowChange] {
        isWaiting = false
        guard count > 0, candidates[change.layout.table]?.isEmpty == false else { return [change] }
        if change.kind == .updated { forget(change.old, of: change.layout.table) }
        var remaining = candidates[change.layout.table] ?? []
        let displaced = remaining.filter { $0.mustGive(way: change) }
        guard !displaced.isEmpty else { return [change] }
        remaining.removeAll { candidate in displaced.contains { $0.change.place == candidate.change.place } }
        count -= displaced.count
        candidates[change.layout.table] = remaining
        return displaced.map(\.change) + [change]
    }
}

/// A row that may have been displaced, with what is unique in its table.
private struct Candidate {
    let change: RowChange
    let keys: [TableLayout.UniqueKey]

    /// Whether these are the values of the same row: by its key, or by everything where it has none.
    func isRow(_ values: [RowValue]) -> Bool {
        let old = change.old
        guard values.count == old.count else { return false }
        // The first key is the row's number, or the primary key where rows have no number.
        guard let key = keys.first, !key.columns.contains(where: { old[$0].isNull }) else {
            return zip(old, values).allSatisfy { $0.isSame(as: $1) }
        }
        return key.columns.allSatisfy { old[$0].isSame(as: values[$0]) }
    }

    /// Whether a unique key cannot hold both.
    func mustGive(way newcomer: RowChange) -> Bool {
        guard change.layout.columns == newcomer.layout.columns else { return false }
        return keys.contains { key in
            zip(key.columns, key.collations).allSatisfy { $1.areEqual(change.old[$0], newcomer.new[$0]) }
        }
    }
}
