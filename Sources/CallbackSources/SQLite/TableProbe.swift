import CallbackRows

/// Looks at one table of the panel's database and says how it can be watched.
struct TableProbe {
    /// What was found, or why nothing can be watched there.
    enum Finding {
        case missing
        case refused(String)
        case found(ProbedTable)
    }

    let connection: SQLiteConnection

    func look(at watch: TableWatch) throws(SQLiteError) -> Finding {
        let tables = try connection.rows(
            "SELECT name, type, wr FROM pragma_table_list WHERE schema = 'main' AND name = ?1 COLLATE NOCASE",
            .text(watch.table))
        guard let row = tables.first, let name = row[0].text else { return .missing }
        guard row[1].text == "table" else {
            return .refused("\(name) is a \(row[1].text ?? "thing") and not a table: name the table below it")
        }
        guard !name.lowercased().hasPrefix("sqlite_"), !name.lowercased().hasPrefix(LogTable.prefix) else {
            return .refused("\(name) is not a table of the panel")
        }
        return try describe(name, isWithoutRowID: row[2].integer == 1, as: watch)
    }

    private func describe(
        _ table: String,
        isWithoutRowID: Bool,
        as watch: TableWatch
    ) throws(SQLiteError) -> Finding {
        let declared = try declaredColumns(of: table)
        guard declared.count <= TableLayout.widest else {
            return .refused(
                "\(table) has \(declared.count) columns; a table with more than \(TableLayout.widest) cannot be watched"
            )
        }
        if let missing = watch.missingSensitive(among: declared.map(\.name)).first {
            return .refused(
                "\(table) has no column \(missing), which `sensitive:` names: correct the name, or nothing of the "
                    + "table is watched")
        }
        let visible = declared.filter { !watch.isSensitive($0.name) }
        let alias = isWithoutRowID ? nil : try rowIDAlias(of: table, among: declared)
        let rowIDName = isWithoutRowID || alias != nil ? nil : freeRowIDName(beside: declared)
        var columns = visible.map(\.name)
        if let rowIDName { columns.insert(rowIDName, at: 0) }
        let row = RowLayout(
            table: table, columns: columns, hasHiddenRowID: rowIDName != nil, identity: [],
            redacted: declared.filter { watch.isSensitive($0.name) }.map(\.name))
        var layout = TableLayout(row: row, uniqueKeys: [])
        if let missing = watch.key.first(where: { row.place(of: $0) == nil }) {
            return .refused(
                "\(table) has no column \(missing) that may be its key; it has \(columns.joined(separator: ", "))")
        }

        var warnings: [String] = []
        if let rowID = alias ?? rowIDName, let place = row.place(of: rowID) {
            layout.uniqueKeys.append(.init(columns: [place], collations: [.binary]))
        }
        for index in try uniqueIndexes(of: table) {
            switch try key(of: index, in: layout) {
            case .success(let key): layout.uniqueKeys.append(key)
            case .failure(let reason):
                warnings.append(
                    "a row of \(table) that is replaced by its unique index \(index.name) alone shows no deletion: "
                        + reason.words)
            }
        }
        let primary = declared.filter { $0.primaryKeyRank > 0 }.sorted { $0.primaryKeyRank < $1.primaryKeyRank }
        let names =
            !watch.key.isEmpty ? watch.key : primary.isEmpty ? [rowIDName].compactMap { $0 } : primary.map(\.name)
        layout.row.identity = names.compactMap { row.place(of: $0) }
        let defaults = Dictionary(
            declared.compactMap { column in column.replacement.map { (column.name, $0) } },
            uniquingKeysWith: { first, _ in first })
        return .found(
            ProbedTable(
                layout: layout, isWithoutRowID: isWithoutRowID, rowIDName: alias ?? rowIDName,
                pageKey: try pageKey(of: row, alias ?? rowIDName, hasAlias: alias != nil, primary),
                defaults: defaults,
                generated: Set(declared.filter(\.isGenerated).map(\.name)), warnings: warnings))
    }

    /// By what the rows of a table are found one after the other.
    ///
    /// The number that an INTEGER PRIMARY KEY names, else the primary key where it cannot be NULL, as VACUUM may renumber
    /// the rows of such a table; else the number.
    private func pageKey(
        of row: RowLayout, _ rowIDName: String?, hasAlias: Bool, _ primary: [DeclaredColumn]
    ) throws(SQLiteError) -> [ProbedTable.KeyColumn] {
        let byNumber = rowIDName.map { [ProbedTable.KeyColumn(name: $0, collation: "BINARY")] } ?? []
        if hasAlias { return byNumber }
        let isWithoutNull = rowIDName == nil || primary.allSatisfy(\.isNotNull)
        guard isWithoutNull, !primary.isEmpty else { return byNumber }
        let index = try connection.rows("SELECT name FROM pragma_index_list(?1) WHERE origin = 'pk'", .text(row.table))
        guard let name = index.first?[0].text else { return byNumber }
        let sql = "SELECT name, coll, \"desc\" FROM pragma_index_xinfo(?1) WHERE key = 1 ORDER BY seqno"
        let columns = try connection.rows(sql, .text(name)).map { column in
            (
                column: ProbedTable.KeyColumn(name: column[0].text ?? "", collation: column[1].text ?? "BINARY"),
                isDescending: column[2].integer == 1
            )
        }
        // A key is kept between two pages, and what is sensitive is kept nowhere.
        guard columns.allSatisfy({ row.place(of: $0.column.name) != nil }) else { return byNumber }
        // A descending index would have to be sorted anew for each page.
        if !byNumber.isEmpty, columns.contains(where: \.isDescending) { return byNumber }
        return columns.map(\.column)
    }

    private struct DeclaredColumn {
        var name: String
        var type: String
        var isGenerated: Bool
        var primaryKeyRank: Int64
        var isNotNull: Bool
        /// What OR REPLACE puts in the place of NULL.
        var replacement: String?
    }

    private func declaredColumns(of table: String) throws(SQLiteError) -> [DeclaredColumn] {
        let sql = "SELECT name, type, \"notnull\", dflt_value, pk, hidden FROM pragma_table_xinfo(?1) ORDER BY cid"
        var columns: [DeclaredColumn] = []
        for row in try connection.rows(sql, .text(table)) {
            guard let name = row[0].text else { continue }
            let literal = row[3].text.flatMap { $0.isSQLLiteral ? $0 : nil }
            columns.append(
                DeclaredColumn(
                    name: name, type: row[1].text ?? "", isGenerated: (row[5].integer ?? 0) >= 2,
                    primaryKeyRank: row[4].integer ?? 0, isNotNull: row[2].integer == 1,
                    replacement: row[2].integer == 1 ? literal : nil))
        }
        return columns
    }

    /// The column that is another name for the row's number: `INTEGER PRIMARY KEY` without an index of its own.
    private func rowIDAlias(of table: String, among columns: [DeclaredColumn]) throws(SQLiteError) -> String? {
        let primary = columns.filter { $0.primaryKeyRank > 0 }
        guard primary.count == 1, primary[0].type.uppercased() == "INTEGER" else { return nil }
        let own = try connection.integer(
            "SELECT count(*) FROM pragma_index_list(?1) WHERE origin = 'pk'", .text(table))
        return own == 0 ? primary[0].name : nil
    }

    private func freeRowIDName(beside columns: [DeclaredColumn]) -> String? {
        let taken = Set(columns.map { $0.name.lowercased() })
        return ["rowid", "_rowid_", "oid"].first { !taken.contains($0) }
    }

    private struct UniqueIndex {
        var name: String
        var isPartial: Bool
    }

    private struct NotFollowed: Error {
        var words: String
    }

    private func uniqueIndexes(of table: String) throws(SQLiteError) -> [UniqueIndex] {
        let sql =
            "SELECT name, partial FROM pragma_index_list(?1) WHERE \"unique\" = 1 ORDER BY origin = 'pk' DESC, seq"
        return try connection.rows(sql, .text(table)).compactMap { row in
            row[0].text.map { UniqueIndex(name: $0, isPartial: row[1].integer == 1) }
        }
    }

    private func key(
        of index: UniqueIndex,
        in layout: TableLayout
    ) throws(SQLiteError) -> Result<TableLayout.UniqueKey, NotFollowed> {
        guard !index.isPartial else { return .failure(NotFollowed(words: "the index has a WHERE clause")) }
        var key = TableLayout.UniqueKey(columns: [], collations: [])
        let sql = "SELECT name, coll, cid FROM pragma_index_xinfo(?1) WHERE key = 1 ORDER BY seqno"
        for row in try connection.rows(sql, .text(index.name)) {
            guard let name = row[0].text, row[2].integer != -2 else {
                return .failure(NotFollowed(words: "the index is over an expression"))
            }
            guard let place = layout.row.place(of: name) else {
                return .failure(NotFollowed(words: "its column \(name) is sensitive"))
            }
            guard let collation = row[1].text.flatMap({ Collation(rawValue: $0.uppercased()) }) else {
                return .failure(NotFollowed(words: "the collation \(row[1].text ?? "?") is the panel's own"))
            }
            key.columns.append(place)
            key.collations.append(collation)
        }
        return .success(key)
    }
}

/// A table that can be watched, with what its triggers need to know beyond the layout.
struct ProbedTable {
    /// A column of a key, with the order of its values.
    struct KeyColumn: Hashable {
        var name: String
        /// The name of a collation.
        var collation: String
    }

    var layout: TableLayout
    var isWithoutRowID: Bool
    /// The name by which the row's number is reached; nil where the table has none or hides it.
    var rowIDName: String?
    /// The columns by which pages of the table follow each other; never empty, unless a table without row numbers hides
    /// its key.
    var pageKey: [KeyColumn]
    /// What OR REPLACE stores instead of NULL, by column.
    var defaults: [String: String]
    /// The columns that the database computes.
    var generated: Set<String>
    /// What cannot be seen of this table, in sentences.
    var warnings: [String]
}

extension String {
    /// A number or a quoted text: the only defaults that mean the same inside a trigger.
    fileprivate var isSQLLiteral: Bool {
        if let first = utf8.first, first == UInt8(ascii: "'"), utf8.last == UInt8(ascii: "'"), utf8.count >= 2 {
            return dropFirst().dropLast().split(separator: "''", omittingEmptySubsequences: false)
                .allSatisfy { !$0.contains("'") }
        }
        let digits = hasPrefix("-") ? dropFirst() : self[...]
        return !digits.isEmpty && digits.utf8.allSatisfy { (48...57).contains($0) || $0 == 46 }
            && digits.utf8.first != 46
    }
}
