import CallbackRows

/// One row of the log as it stands there.
struct LogRow {
    var place: RowPlace
    /// Nil where the row's layout is unknown: somebody else wrote it.
    var layout: TableLayout?
    var operation: LogOperation?
    var values: [RowValue]
}

/// Reads the log in pages, each in a read transaction of its own, so that the panel never waits for a slow reader.
///
/// Pages end at a horizon, the last row of some commit. SQLite has one writer at a time, so the rows of one
/// transaction are neighbours and none of them lies on the other side of the horizon.
final class LogReader {
    /// A page also ends when its values weigh more than this, in bytes.
    static let heaviestPage = 8 << 20

    private let statement: SQLiteStatement
    private let layouts: [Int64: TableLayout]

    init(on connection: SQLiteConnection) throws(SQLiteError) {
        let log = LogTable(connection: connection)
        layouts = try log.layouts()
        let width = max(1, layouts.values.map(\.logWidth).max() ?? 1)
        let values = (0..<width).map { "v\($0)" }.joined(separator: ", ")
        statement = try connection.prepare(
            "SELECT seq, nonce, at, tbl, op, \(values) FROM \(LogTable.log)"
                + " WHERE seq > ?1 AND seq <= ?2 ORDER BY seq LIMIT ?3")
    }

    /// Hands over the rows after `position` up to `horizon`, at most `limit` of them.
    func page(
        after position: Int64,
        upTo horizon: Int64,
        limit: Int = 1000,
        _ take: (LogRow) -> Void
    ) throws(SQLiteError) {
        statement.bind(position, at: 1)
        statement.bind(horizon, at: 2)
        statement.bind(Int64(limit), at: 3)
        var weight = 0
        while try statement.step() {
            let row = read()
            for value in row.values { weight += value.weight }
            take(row)
            guard weight < Self.heaviestPage else { return statement.reset() }
        }
    }

    private func read() -> LogRow {
        let place = RowPlace(
            position: statement.integer(0), nonce: statement.integer(1), milliseconds: statement.integer(2))
        let layout = layouts[statement.integer(3)]
        let operation = LogOperation(rawValue: statement.integer(4))
        var values: [RowValue] = []
        if let layout, let operation {
            let count = operation == .updated ? layout.columns.count * 2 : layout.columns.count
            values.reserveCapacity(count)
            for column in 0..<Int32(count) { values.append(statement.value(column + 5)) }
        }
        return LogRow(place: place, layout: layout, operation: operation, values: values)
    }
}
