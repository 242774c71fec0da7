package import CallbackCore
import GRDB

extension StateQueries {
    /// Counts what waits by age, in one pass over the queue and in constant memory.
    /// - Parameter current: with it, deliveries whose rule or target is gone are counted as parked.
    package func shape(
        by grouping: QueueShape.Grouping,
        now: Timestamp,
        current: CurrentNames? = nil
    ) throws(StateError) -> QueueShape {
        try read { database in
            let names = try StateNames(database)
            guard let connection = database.sqliteConnection else {
                throw StateError(kind: .other, message: "the state file \(path) is closed")
            }
            let parked = ParkedNumbers(names, current)
            var counts = ShapeCounts(now: now)
            // Only the type stands in the journal; everything else is read from the queue alone.
            let type = grouping == .type ? "(SELECT type FROM events WHERE sequence = event)" : "NULL"
            let rows = try Statement(connection, "SELECT target, rule, state, since, \(type) FROM queue")
            try rows.forEach { row throws(StateError) in
                let since = row.isNull(3) ? now.milliseconds : row.integer(3)
                switch grouping {
                case .target: counts.add(row.integer(0), since: since)
                case .rule: counts.add(row.integer(1), since: since)
                case .state: counts.add(row.stateNumber(parked), since: since)
                case .type: counts.add(row.text(4), since: since)
                }
            }
            return QueueShape(grouping: grouping, now: now, rows: counts.rows { grouping.name(of: $0, names) })
        }
    }
}

/// The counts of each row while the queue is read.
private struct ShapeCounts {
    private let ends: [Int64]
    private var byNumber: [Int64: [Int]] = [:]
    private var byText: [String: [Int]] = [:]
    private let nothing: [Int]

    init(now: Timestamp) {
        ends = QueueShape.limits.map { now.milliseconds - $0.milliseconds }
        nothing = Array(repeating: 0, count: QueueShape.limits.count + 1)
    }

    mutating func add(_ key: Int64, since: Int64) { byNumber[key, default: nothing][column(since)] += 1 }

    mutating func add(_ key: String, since: Int64) { byText[key, default: nothing][column(since)] += 1 }

    /// An age that is exactly a limit belongs to the older column.
    private func column(_ since: Int64) -> Int {
        var column = 0
        while column < ends.count, since <= ends[column] { column += 1 }
        return column
    }

    func rows(_ name: (Int64) -> String) -> [QueueShape.Row] {
        let rows =
            byNumber.map { QueueShape.Row(name: name($0), counts: $1) }
            + byText.map { QueueShape.Row(name: $0, counts: $1) }
        return rows.sorted { ($1.total, $0.name) < ($0.total, $1.name) }
    }
}

extension QueueShape.Grouping {
    fileprivate func name(of number: Int64, _ names: StateNames) -> String {
        switch self {
        case .target: names.targets[number]?.rawValue ?? "#\(number)"
        case .rule: names.rules[number]?.rawValue ?? "#\(number)"
        case .state: number == parkedNumber ? DeliveryState.parked.rawValue : DeliveryState(code: number).rawValue
        case .type: "#\(number)"
        }
    }
}

/// Stands for `parked`, which the tables do not have.
private let parkedNumber: Int64 = -1

extension Statement {
    /// The number of the state of a row of the queue, whose first columns are target, rule and state.
    fileprivate func stateNumber(_ parked: ParkedNumbers) -> Int64 {
        let state = integer(2)
        return state < 2 && parked.contains(rule: integer(1), target: integer(0)) ? parkedNumber : state
    }
}
