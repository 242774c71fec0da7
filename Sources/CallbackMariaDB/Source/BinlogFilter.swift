import CMariaDB

/// Which databases a server leaves out of its binlog.
struct BinlogFilter {
    /// What an administrator runs to see it.
    static let statement = "SHOW MASTER STATUS"

    /// Names as the server lists them: only these are written; empty where all are.
    private let included: String
    private let ignored: String

    /// Asks the server; nil where the user may not: only BINLOG MONITOR, or SUPER, shows it.
    static func find(on connection: MariaDBConnection) throws(MariaDBError) -> BinlogFilter? {
        do {
            let row = try connection.query(statement).first ?? []
            guard row.count >= 4 else { return BinlogFilter(included: "", ignored: "") }
            return BinlogFilter(included: row[2] ?? "", ignored: row[3] ?? "")
        } catch {
            guard error.code == UInt32(ER_SPECIFIC_ACCESS_DENIED_ERROR) else { throw error }
            return nil
        }
    }

    var isEmpty: Bool { included.isEmpty && ignored.isEmpty }

    /// Whether nothing of a database is written. Capitals count, also where the server takes them as small letters. One name
    /// with a comma looks like two: such a list may leave more out than it seems, and `note` tells.
    func leavesOut(_ database: String) -> Bool {
        // The second list does not matter where there is a first one.
        included.isEmpty ? Self.holds(ignored, database) : !Self.holds(included, database)
    }

    /// What the filters may hide although the database is written.
    var note: String {
        "the server writes only some databases into its binlog (\(words)): a statement such as TRUNCATE, DROP or ALTER is "
            + "not seen where the session uses a database that is left out, and a list in one line of its my.cnf counts as "
            + "one name. Take those lines out"
    }

    /// As it stands in my.cnf.
    var words: String {
        [("binlog_do_db", included), ("binlog_ignore_db", ignored)].filter { !$0.1.isEmpty }
            .map { "\($0.0)=\($0.1)" }.joined(separator: ", ")
    }

    private static func holds(_ list: String, _ name: String) -> Bool {
        list == name || list.split(separator: ",").contains { $0 == name }
    }
}
