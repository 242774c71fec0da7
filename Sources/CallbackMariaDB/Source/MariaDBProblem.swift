import CMariaDB

/// What keeps a source from reading a server's binlog, in words for the operator.
package enum MariaDBProblem: Error, Hashable, CustomStringConvertible {
    /// It does not answer, or not any more. The text is the library's own.
    case unreachable(server: String, reason: String)
    /// It answers with an error that may go away. The text is its own.
    case refuses(server: String, reason: String)
    /// It answers, and does not send its binlog just now.
    case sendsNothing(server: String, reason: String)
    /// Servers that demand TLS say the same of a connection without it.
    case wrongPassword(server: String, account: Account, reason: String, isPlain: Bool)
    /// The user may not read the binlog.
    case noReplication(server: String, account: Account)
    /// The user may not read the tables.
    case noSelect(server: String, account: Account, database: String, reason: String)
    /// The user may not see triggers, and so not whether they are still there.
    case noTrigger(server: String, account: Account, database: String)
    /// The user may not empty the change log, or not write down whose it is; the right stands in SQL.
    case noWrite(server: String, account: Account, right: String, reason: String)
    case tls(server: String, reason: String)
    case noBinlog(String)
    case format(String, String)
    case rowImage(String, String)
    /// Its binlog does not have the database.
    case leftOut(server: String, database: String, filter: String)
    case notMariaDB(String)
    /// A table cannot be watched; the text says which and why.
    case refusedTable(String)
    /// No triggers of ours record anything there.
    case notInstalled(source: String, server: String)
    /// Another program's version wrote the log.
    case otherForm(server: String, format: String)
    /// A server on which two writers of a log can get in each other's way.
    case locksNumbers(server: String)
    /// A trigger could not be made or dropped because somebody uses its table.
    case inUse(server: String, source: String)
    /// An administrator's statement was refused.
    case administration(server: String, user: String, reason: String, source: String)
    case ownedByOther(source: String, server: String)
    case damaged(server: String, reason: String)

    /// Whether it may go away without anybody changing something.
    package var isTransient: Bool {
        switch self {
        case .unreachable, .refuses, .sendsNothing: true
        default: false
        }
    }

    package var description: String {
        switch self {
        case .unreachable(let server, let reason):
            "the server at \(server) cannot be reached: \(reason); it is tried again and again"
        case .refuses(let server, let reason):
            "the server at \(server) answers with an error: \(reason); it is tried again and again"
        case .sendsNothing(let server, let reason):
            "the server at \(server) does not send its binlog: \(reason); it is tried again and again"
                + (reason.contains("server_id") ? ". Another reader has our number: write `server-id`" : "")
        case .wrongPassword(let server, let account, let reason, let isPlain):
            "the server at \(server) does not let \(account.user) in: \(reason); check `user` and `password`, or create "
                + "the user: CREATE USER \(account) IDENTIFIED BY '…'"
                + (isPlain ? "; where the server demands TLS, write tls: {mode: required}" : "")
        case .noReplication(let server, let account):
            "\(account.user) may not read the binlog at \(server): run there GRANT REPLICATION SLAVE ON *.* TO \(account)"
        case .noSelect(let server, let account, let database, let reason):
            "\(account.user) may not read the tables of \(database) at \(server) (\(reason)): run there GRANT SELECT ON "
                + "\(database.sqlName).* TO \(account)"
        case .noTrigger(let server, let account, let database):
            "\(account.user) may not see the triggers of \(database) at \(server), and so not whether changes are still "
                + "recorded: run there GRANT TRIGGER ON \(database.sqlName).* TO \(account)"
        case .noWrite(let server, let account, let right, let reason):
            "\(account.user) may not empty the change log at \(server) (\(reason)): run there GRANT \(right) TO \(account)"
        case .tls(let server, let reason):
            "no TLS with the server at \(server): \(reason); see `tls` of the source, and ssl_cert in the server's my.cnf"
        case .noBinlog(let server):
            "the server at \(server) keeps no binlog: add log_bin, binlog_format=ROW and binlog_row_metadata=FULL below "
                + "[mariadbd] in its my.cnf, and restart it"
        case .format(let server, let format):
            "the binlog at \(server) is written as \(format), which does not show rows: set binlog_format=ROW below "
                + "[mariadbd] in its my.cnf, and run SET GLOBAL binlog_format = 'ROW'"
        case .rowImage(let server, let image):
            "the binlog at \(server) leaves out columns (binlog_row_image=\(image)): set binlog_row_image=FULL below "
                + "[mariadbd] in its my.cnf, and run SET GLOBAL binlog_row_image = 'FULL'"
        case .leftOut(let server, let database, let filter):
            "the binlog at \(server) leaves \(database) out (\(filter)): take that out of the server's my.cnf, and restart it"
        case .notMariaDB(let server):
            "the server at \(server) is no MariaDB of 10.2 or later: other servers number their transactions in "
                + "another way"
        case .refusedTable(let reason): reason
        case .notInstalled(let source, let server):
            "nothing records changes at \(server) yet: run `callbackd source install \(source)`, which says how"
        case .otherForm(let server, let format):
            "the change log at \(server) has the form \(format), which this version of callbackd does not read: let the "
                + "version that installed it read it to its end, then remove and install it anew"
        case .locksNumbers(let server):
            "the server at \(server) has innodb_autoinc_lock_mode=0: writers of one log would wait for each other to the "
                + "end of a statement, and one of the panel's writes could fail. Take that line out of its my.cnf, and "
                + "restart it"
        case .inUse(let server, let source):
            "a transaction at \(server) uses a table that needs a trigger, and everybody else would wait behind us: try "
                + "`callbackd source install \(source)` again. What was done so far stays, and does no harm"
        case .administration(let server, let user, let reason, let source):
            "\(user) may not do that at \(server): \(reason). Log in as an administrator, or have one run what "
                + "`callbackd source install \(source) --print` writes"
        case .ownedByOther(let source, let server):
            "the change log at \(server) belongs to another source or state file: two would take each other's changes. To "
                + "take it over: `callbackd source install \(source) --take-over`"
        case .damaged(let server, let reason):
            "what the server at \(server) sends cannot be read: \(reason)"
        }
    }

    /// The source's own words for what the server or the library said.
    init(_ error: MariaDBError, at address: ServerAddress) {
        let server = address.words
        switch Int32(bitPattern: error.code) {
        case Int32(ER_ACCESS_DENIED_ERROR), Int32(ER_ACCESS_DENIED_NO_PASSWORD_ERROR),
            Int32(ER_NOT_SUPPORTED_AUTH_MODE),
            Int32(CR_AUTH_PLUGIN_CANNOT_LOAD):
            self = .wrongPassword(
                server: server, account: Account(address, error), reason: error.message,
                isPlain: address.protection == .off && address.socket == nil)
        case Int32(ER_SPECIFIC_ACCESS_DENIED_ERROR):
            self = .noReplication(server: server, account: Account(address, error))
        case Int32(ER_DBACCESS_DENIED_ERROR), Int32(ER_TABLEACCESS_DENIED_ERROR), Int32(ER_COLUMNACCESS_DENIED_ERROR):
            let account = Account(address, error)
            let database = address.database
            if error.statement.hasPrefix("DELETE ") {
                self = .noWrite(
                    server: server, account: account, right: "DELETE ON \(database.sqlName).\(ChangeLog.log)",
                    reason: error.message)
            } else if error.statement.hasPrefix("UPDATE ") {
                self = .noWrite(
                    server: server, account: account, right: "UPDATE ON \(database.sqlName).\(ChangeLog.owner)",
                    reason: error.message)
            } else {
                self = .noSelect(server: server, account: account, database: database, reason: error.message)
            }
        case Int32(ER_MASTER_FATAL_ERROR_READING_BINLOG), Int32(ER_SLAVE_SAME_ID):
            self = .sendsNothing(server: server, reason: error.message)
        case Int32(CR_SSL_CONNECTION_ERROR):
            self = .tls(server: server, reason: error.message)
        default:
            self =
                (1000..<2000).contains(error.code)
                ? .refuses(server: server, reason: error.description)
                : .unreachable(server: server, reason: error.description)
        }
    }
}
