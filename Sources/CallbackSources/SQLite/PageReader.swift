import CallbackRows
import GRDBSQLite

/// Reads rows of a table page by page, on a connection that cannot write.
///
/// Each page has a read transaction of its own, with the log's last place in it, so that the panel never waits for the
/// whole table. Pages follow each other by key, never by counting.
final class PageReader {
    /// A page with the place in the log up to which everything was there when it was read; nil where the log was empty.
    struct Found {
        var horizon: RowPlace?
        var page: SnapshotPage
    }

    private let connection: SQLiteConnection

    init(path: String) throws(SQLiteError) {
        connection = try SQLiteConnection(path: path, isReadOnly: true)
        connection.allowReadingOnly()
    }

    /// Reads the next page.
    ///
    /// - Parameters:
    ///   - condition: an expression; only rows for which it is true are given.
    ///   - after: the key of the last row that was read; nil for the first page.
    ///   - schema: what `PRAGMA schema_version` must say.
    /// - Returns: nil where the schema is another one.
    /// - Throws: `SQLiteError`, or `SnapshotReading.Refusal` where the table or the condition cannot be read.
    func page(
        of table: ProbedTable, where condition: String?, after: [RowValue]?, schema: Int64
    ) throws -> Found? {
        guard !table.pageKey.isEmpty else {
            throw SnapshotReading.Refusal("the key of \(table.layout.table) cannot be read")
        }
        try connection.execute("BEGIN")
        defer { connection.rollBack() }
        guard try connection.integer("PRAGMA schema_version") == schema else { return nil }
        let horizon = try LogTable(connection: connection).last()
        do {
            let query = PageQuery(table: table, condition: condition)
            if let check = query.check { _ = try connection.prepare(check) }
            let statement = try connection.prepare(query.sql(isFirst: after == nil))
            try statement.bind((after ?? []) + [.integer(Int64(SnapshotReading.pageSize))])
            return Found(horizon: horizon, page: try rows(of: statement, table))
        } catch let error as SQLiteError where condition != nil && error.isAboutStatement {
            throw SnapshotReading.Refusal("the condition cannot be used: \(error.message)")
        }
    }

    private func rows(of statement: SQLiteStatement, _ table: ProbedTable) throws -> SnapshotPage {
        let width = Int32(table.pageKey.count)
        var page = SnapshotPage(layout: table.layout.row, isLast: false)
        var weight = 0
        while try statement.step() {
            let key = (0..<width).map { statement.value($0) }
            page.last = key
            page.count += 1
            guard statement.integer(width) != 0 else { continue }
            let values = table.layout.row.columns.indices.map { statement.value(width + 1 + Int32($0)) }
            for value in values { weight += value.weight }
            page.rows.append(SnapshotPage.Row(key: key, values: values))
            if weight >= LogReader.heaviestPage {
                statement.reset()
                return page
            }
        }
        page.isLast = page.count < SnapshotReading.pageSize
        return page
    }
}

/// The statement that reads a page: the key, whether the condition holds, and the columns.
struct PageQuery {
    let table: ProbedTable
    let condition: String?

    /// What can be prepared where the condition is about single rows, in which nothing is counted or summed up.
    var check: String? {
        condition.map { "SELECT 1 FROM \(table.layout.table.sqlName) WHERE (\($0)\n)" }
    }

    /// The condition is looked at for each of the page's rows, so that one that seldom holds keeps no lock for long.
    func sql(isFirst: Bool) -> String {
        let keys = table.pageKey.map { "\($0.name.sqlName) COLLATE \($0.collation.sqlName)" }
        let columns = table.layout.row.columns.map(\.sqlName)
        let chosen = condition.map { "((\($0)\n) IS TRUE)" } ?? "1"
        let names = table.pageKey.map(\.name.sqlName)
        let behind =
            isFirst
            ? "" : " WHERE (\(keys.joined(separator: ", "))) > (\(names.map { _ in "?" }.joined(separator: ", ")))"
        return
            "SELECT \((names + [chosen] + columns).joined(separator: ", ")) FROM \(table.layout.table.sqlName)\(behind)"
            + " ORDER BY \(keys.joined(separator: ", ")) LIMIT ?"
    }
}

extension SQLiteConnection {
    /// From now on statements can read tables and nothing else.
    func allowReadingOnly() {
        sqlite3_set_authorizer(
            handle,
            { _, action, first, second, _, _ in
                switch action {
                case SQLITE_SELECT, SQLITE_READ, SQLITE_RECURSIVE, SQLITE_TRANSACTION: return SQLITE_OK
                case SQLITE_FUNCTION:
                    let name = second.map { String(cString: $0).lowercased() }
                    return name == "load_extension" ? SQLITE_DENY : SQLITE_OK
                case SQLITE_PRAGMA:
                    return first.map { String(cString: $0) } == "schema_version" && second == nil
                        ? SQLITE_OK : SQLITE_DENY
                default: return SQLITE_DENY
                }
            }, nil)
    }
}
