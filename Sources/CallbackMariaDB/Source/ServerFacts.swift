import CMariaDB

/// What must be known of a server before its binlog is read.
struct ServerFacts {
    let version: String
    /// The last transaction of each domain in its binlog.
    let position: GTIDPosition
    /// Whether capitals in the names of tables are taken as small letters.
    let areNamesFolded: Bool

    /// Asks the server, and refuses one whose binlog does not say what is needed.
    /// - Throws: `MariaDBProblem`, `MariaDBError`.
    init(_ connection: MariaDBConnection) throws {
        let row = try Self.answer(connection)
        guard row.count == 6, let version = row[0] else { throw MariaDBProblem.notMariaDB(connection.address.words) }
        self.version = version
        guard row[2] == "1" else { throw MariaDBProblem.noBinlog(connection.address.words) }
        guard row[3] == "ROW" else { throw MariaDBProblem.format(connection.address.words, row[3] ?? "?") }
        guard row[4] == "FULL" else { throw MariaDBProblem.rowImage(connection.address.words, row[4] ?? "?") }
        guard let position = row[1].flatMap({ GTIDPosition($0) }) else {
            throw MariaDBProblem.notMariaDB(connection.address.words)
        }
        self.position = position
        areNamesFolded = row[5] != "0"
        // Times are shown as they are in UTC.
        try connection.query("SET time_zone = '+00:00'")
    }

    private static func answer(_ connection: MariaDBConnection) throws -> [String?] {
        let sql =
            "SELECT @@version, @@gtid_binlog_pos, @@global.log_bin, @@global.binlog_format, "
            + "@@global.binlog_row_image, @@global.lower_case_table_names"
        do {
            return try connection.query(sql).first ?? []
        } catch {
            guard error.code == UInt32(ER_UNKNOWN_SYSTEM_VARIABLE) else { throw error }
            throw MariaDBProblem.notMariaDB(connection.address.words)
        }
    }

    /// The last transaction of each domain in the binlog at this moment.
    static func position(on connection: MariaDBConnection) throws -> GTIDPosition {
        let text = try connection.value("SELECT @@gtid_binlog_pos")
        guard let position = text.flatMap({ GTIDPosition($0) }) else {
            throw MariaDBProblem.notMariaDB(connection.address.words)
        }
        return position
    }

    /// The last transactions that the open snapshot shows.
    /// - Parameter known: what was found last. To answer, the server reads its log file from the beginning, a gigabyte at
    ///   worst: it is not asked twice for the same place.
    static func snapshotPosition(
        on connection: MariaDBConnection, knowing known: inout SnapshotPlace?
    ) throws -> GTIDPosition {
        var status: [String: String] = [:]
        for row in try connection.query("SHOW STATUS LIKE 'binlog_snapshot_%'") {
            if let name = row[0]?.lowercased() { status[name] = row[1] }
        }
        guard let file = status["binlog_snapshot_file"], !file.isEmpty,
            let offset = status["binlog_snapshot_position"].flatMap({ UInt64($0) })
        else { throw MariaDBProblem.notMariaDB(connection.address.words) }
        if let known, known.file == file, known.offset == offset { return known.position }
        guard let text = try connection.value("SELECT BINLOG_GTID_POS(\(file.sqlText), \(offset))"),
            let position = GTIDPosition(text)
        else { throw MariaDBProblem.notMariaDB(connection.address.words) }
        known = SnapshotPlace(file: file, offset: offset, position: position)
        return position
    }
}

/// A place in a log file, and the last transactions before it.
struct SnapshotPlace {
    var file: String
    var offset: UInt64
    var position: GTIDPosition
}
