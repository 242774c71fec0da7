import CallbackCore
import CallbackRows

/// What a log row says that happened.
enum LogOperation: Int64 {
    case inserted = 1
    /// Old values, then new ones.
    case updated = 2
    case deleted = 3
    /// The old half of an update of a table that is too wide for one row.
    case updatedOld = 4
    case updatedNew = 5
    /// A row that the coming one may displace.
    case displaced = 6
}

/// Our tables in the panel's database: the log, the layouts of its rows, and whose log it is.
struct LogTable {
    static let prefix = "callbackd_"
    static let log = "callbackd_log"
    static let layouts = "callbackd_layout"
    static let source = "callbackd_source"
    /// Raised when the log's form changes.
    static let format: Int64 = 1

    let connection: SQLiteConnection

    var exists: Bool {
        get throws(SQLiteError) {
            try connection.integer(
                "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name IN (?1, ?2, ?3)",
                .text(Self.log), .text(Self.layouts), .text(Self.source)) == 3
        }
    }

    /// Creates what is missing.
    ///
    /// The sequence needs no AUTOINCREMENT, which would cost each of the panel's transactions one more page: the
    /// trimmer always leaves the last consumed row, so a number never comes twice, and a log that somebody else
    /// emptied is recognised by the random number of the row at the mark.
    func create() throws(SQLiteError) {
        try connection.execute(
            """
            CREATE TABLE IF NOT EXISTS \(Self.log)
                (seq INTEGER PRIMARY KEY, nonce, at, tbl, op, v0);
            CREATE TABLE IF NOT EXISTS \(Self.layouts) (
                id INTEGER PRIMARY KEY, tbl TEXT NOT NULL, layout TEXT NOT NULL, watched INTEGER NOT NULL DEFAULT 1);
            CREATE TABLE IF NOT EXISTS \(Self.source) (
                id INTEGER PRIMARY KEY CHECK (id = 1), incarnation TEXT NOT NULL, owner TEXT NOT NULL,
                format INTEGER NOT NULL, installed_at INTEGER NOT NULL, removed_at INTEGER);
            """)
    }

    func drop() throws(SQLiteError) {
        try connection.execute(
            """
            DROP TABLE IF EXISTS \(Self.log);
            DROP TABLE IF EXISTS \(Self.layouts);
            DROP TABLE IF EXISTS \(Self.source);
            """)
    }

    /// Makes the log at least this many values wide.
    func widen(to width: Int) throws(SQLiteError) {
        let present = Int(try connection.integer("SELECT count(*) FROM pragma_table_info('\(Self.log)')") ?? 0) - 5
        guard width > present else { return }
        for index in present..<width { try connection.execute("ALTER TABLE \(Self.log) ADD COLUMN v\(index)") }
    }

    /// The number of this layout, which it keeps as long as the table looks the same.
    func number(of layout: TableLayout) throws(SQLiteError) -> Int64 {
        let json = layout.json
        let known = try connection.integer(
            "SELECT id FROM \(Self.layouts) WHERE tbl = ?1 AND layout = ?2", .text(layout.table), .text(json))
        try connection.run("UPDATE \(Self.layouts) SET watched = 0 WHERE tbl = ?1", .text(layout.table))
        if let known {
            try connection.run("UPDATE \(Self.layouts) SET watched = 1 WHERE id = ?1", .integer(known))
            return known
        }
        try connection.run(
            "INSERT INTO \(Self.layouts)(tbl, layout) VALUES (?1, ?2)", .text(layout.table), .text(json))
        return try connection.integer("SELECT max(id) FROM \(Self.layouts)") ?? 1
    }

    /// Every layout that a row of the log can have.
    func layouts() throws(SQLiteError) -> [Int64: TableLayout] {
        var layouts: [Int64: TableLayout] = [:]
        for row in try connection.rows("SELECT id, tbl, layout FROM \(Self.layouts)") {
            guard let id = row[0].integer, let table = row[1].text, let json = row[2].text else { continue }
            layouts[id] = TableLayout(table: table, json: json)
        }
        return layouts
    }

    /// The last row's place in the log; nil where the log is empty.
    func last() throws(SQLiteError) -> RowPlace? {
        try place("SELECT seq, nonce, at FROM \(Self.log) ORDER BY seq DESC LIMIT 1")
    }

    func first() throws(SQLiteError) -> RowPlace? {
        try place("SELECT seq, nonce, at FROM \(Self.log) ORDER BY seq LIMIT 1")
    }

    /// How far a reader is behind that has everything up to a position; nil where that is all there is.
    func lag(behind position: Int64) throws(SQLiteError) -> SourceLag? {
        let sql = "SELECT seq, nonce, at FROM \(Self.log) WHERE seq > ?1 ORDER BY seq LIMIT 1"
        guard let next = try place(sql, .integer(position)), let last = try last() else { return nil }
        return SourceLag(since: Timestamp(milliseconds: next.milliseconds), changes: last.position - position)
    }

    func row(at position: Int64) throws(SQLiteError) -> RowPlace? {
        try place("SELECT seq, nonce, at FROM \(Self.log) WHERE seq = ?1", .integer(position))
    }

    private func place(_ sql: String, _ values: RowValue...) throws(SQLiteError) -> RowPlace? {
        let statement = try connection.prepare(sql)
        try statement.bind(values)
        guard try statement.step() else { return nil }
        return RowPlace(
            position: statement.integer(0), nonce: statement.integer(1), milliseconds: statement.integer(2))
    }
}

/// The one row that says whose log this is.
struct LogOwner: Equatable {
    var incarnation: String
    var owner: String
    var format: Int64
    /// When the triggers were taken away on purpose, in milliseconds since 1970.
    var removedAt: Int64?

    static func read(on connection: SQLiteConnection) throws(SQLiteError) -> LogOwner? {
        let sql = "SELECT incarnation, owner, format, removed_at FROM \(LogTable.source) WHERE id = 1"
        guard let row = try connection.rows(sql).first, let incarnation = row[0].text, let owner = row[1].text else {
            return nil
        }
        return LogOwner(incarnation: incarnation, owner: owner, format: row[2].integer ?? 0, removedAt: row[3].integer)
    }

    func write(on connection: SQLiteConnection, at moment: Int64) throws(SQLiteError) {
        try connection.run(
            """
            INSERT INTO \(LogTable.source)(id, incarnation, owner, format, installed_at, removed_at)
            VALUES (1, ?1, ?2, ?3, ?4, ?5)
            ON CONFLICT (id) DO UPDATE SET incarnation = ?1, owner = ?2, format = ?3, removed_at = ?5
            """,
            .text(incarnation), .text(owner), .integer(format), .integer(moment),
            removedAt.map { .integer($0) } ?? .null)
    }
}
