import CMariaDB
import CallbackRows

/// Reads rows of a table page by page, in transactions that can only read.
///
/// Pages follow each other by the table's key, never by counting.
struct TablePages {
    let connection: MariaDBConnection
    let watch: TableWatch

    /// Opens the moment at which a page is read. To be ended by `end`.
    static func begin(on connection: MariaDBConnection) throws(MariaDBError) {
        try connection.query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        try connection.query("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY")
    }

    static func end(on connection: MariaDBConnection) throws(MariaDBError) { try connection.query("COMMIT") }

    /// Reads the next page inside an open moment.
    /// - Parameters:
    ///   - condition: an expression; only rows for which it is true are given.
    ///   - after: the key of the last row that was read; nil for the first page.
    /// - Returns: nil where the table is not there.
    /// - Throws: `MariaDBError`, or `SnapshotReading.Refusal` where table or condition cannot be read.
    func page(where condition: String?, after: [RowValue]?) throws -> SnapshotPage? {
        guard let schema = try SchemaReader(connection: connection).tables([watch.table]).first?.value else {
            return nil
        }
        let table = CapturedTable(schema, as: watch)
        // The server's own key: the one of the configuration may be NULL, or that of several rows.
        let keys = schema.primaryKey.compactMap { name in table.schema.columns.first { $0.name == name } }
        guard !keys.isEmpty, keys.count == schema.primaryKey.count, !keys.contains(where: { $0.dataType == "float" })
        else {
            throw SnapshotReading.Refusal(
                "the table \(watch.table) has no key by which its rows could be read in pages")
        }
        guard try isRepeatable() else {
            throw SnapshotReading.Refusal(
                "the table \(watch.table) has an engine without transactions, which cannot show its rows as they were "
                    + "at one moment: ALTER TABLE … ENGINE=InnoDB")
        }
        if let after, after.count != keys.count {
            throw SnapshotReading.Refusal("the key of \(watch.table) is another one than when its reading began")
        }
        var page = SnapshotPage(layout: table.reader.layout, isLast: false)
        var weight = 0
        var isMisshapen = false
        let sql = statement(table, keys, condition, after)
        do {
            try connection.query(sql) { row in
                // Not so where a condition closes its bracket itself: nothing is what it seems then.
                guard row.count == keys.count + 1 + table.schema.columns.count else {
                    isMisshapen = true
                    return
                }
                // Beyond what a batch may weigh, rows are read again with the next page.
                guard weight < MariaDBWatch.heaviestBatch else { return }
                let key = keys.indices.map { row.value($0) }
                page.last = key
                page.count += 1
                guard row.text(keys.count) == "1" else { return }
                let values = table.schema.columns.enumerated().map { place, column in
                    Self.value(row.value(keys.count + 1 + place), column)
                }
                for value in values { weight += value.weight }
                page.rows.append(SnapshotPage.Row(key: key, values: values))
            }
        } catch {
            // Without end the changes behind would wait for a page that cannot be read.
            guard Self.isAboutStatement(error) else { throw error }
            let what = condition == nil ? "the table \(watch.table) cannot be read" : "the condition cannot be used"
            throw SnapshotReading.Refusal("\(what): \(error.message)")
        }
        guard !isMisshapen else {
            throw SnapshotReading.Refusal("the condition cannot be used: it is more than one expression")
        }
        page.isLast = page.count < SnapshotReading.pageSize && weight < MariaDBWatch.heaviestBatch
        return page
    }

    /// Whether the table shows one state for as long as a transaction lasts.
    private func isRepeatable() throws(MariaDBError) -> Bool {
        try connection.value(
            "SELECT ENGINES.TRANSACTIONS FROM information_schema.TABLES JOIN information_schema.ENGINES USING (ENGINE) "
                + "WHERE TABLE_SCHEMA = \(connection.address.database.sqlText) AND TABLE_NAME = \(watch.table.sqlText) "
                + "ORDER BY BINARY TABLE_NAME = \(watch.table.sqlText) DESC")
            == "YES"
    }

    /// The condition is looked at for each of the page's rows, so that one that seldom holds makes no page long.
    private func statement(
        _ table: CapturedTable, _ keys: [SchemaTable.Column], _ condition: String?, _ after: [RowValue]?
    ) -> String {
        let order = keys.map { Self.sorting($0) }
        // The server prints six digits of a FLOAT.
        let columns = table.schema.columns.map {
            $0.dataType == "float" ? "CAST(\($0.name.sqlName) AS DOUBLE)" : $0.name.sqlName
        }
        let chosen = condition.map { "((\($0)\n) IS TRUE)" } ?? "1"
        let behind = after.map { " WHERE \(Self.behind($0, order, keys))" } ?? ""
        return
            "SELECT \((keys.map(\.name.sqlName) + [chosen] + columns).joined(separator: ", ")) "
            + "FROM \(connection.address.database.sqlName).\(table.table.sqlName)\(behind) "
            + "ORDER BY \(order.joined(separator: ", ")) LIMIT \(SnapshotReading.pageSize)"
    }

    /// The value as a change would give it.
    private static func value(_ value: RowValue, _ column: SchemaTable.Column) -> RowValue {
        guard column.dataType == "float", case .real(let number) = value else { return value }
        return .real(ValueReader.shortest(Float(number)))
    }

    /// A label sorts by its number and compares by its text: only the text does both.
    private static func sorting(_ column: SchemaTable.Column) -> String {
        ["enum", "set"].contains(column.dataType) ? "CAST(\(column.name.sqlName) AS CHAR)" : column.name.sqlName
    }

    /// Written out, because a comparison of rows would not use the index.
    private static func behind(_ after: [RowValue], _ order: [String], _ keys: [SchemaTable.Column]) -> String {
        let values = zip(after, keys).map { literal($0, $1) }
        let branches = order.indices.map { place in
            let equal = (0..<place).map { "\(order[$0]) = \(values[$0])" }
            return "(" + (equal + ["\(order[place]) > \(values[place])"]).joined(separator: " AND ") + ")"
        }
        return "\(order[0]) >= \(values[0]) AND (\(branches.joined(separator: " OR ")))"
    }

    private static func literal(_ value: RowValue, _ column: SchemaTable.Column) -> String {
        switch value {
        case .null, .large: "NULL"
        case .integer(let number): String(number)
        case .unsigned(let number): String(number)
        case .real(let number): number.description
        case .text(let text):
            column.dataType == "decimal" || column.dataType == "numeric" ? digits(text) : text.sqlText
        case .blob(let bytes), .brokenText(let bytes):
            "x'" + bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() + "'"
        }
    }

    /// A number as it stands; a text would be compared as a floating point number.
    private static func digits(_ text: String) -> String {
        text.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2D || $0 == 0x2E } ? text : text.sqlText
    }

    private static func isAboutStatement(_ error: MariaDBError) -> Bool {
        // The server's own, other than those of the connection's end, of locks, of a query that somebody ended, and of a
        // table that was altered since the moment was opened.
        (1000..<2000).contains(error.code)
            && ![1053, 1158, 1159, 1160, 1161, 1205, 1213, 1317, 1412, 1927].contains(error.code)
    }
}
