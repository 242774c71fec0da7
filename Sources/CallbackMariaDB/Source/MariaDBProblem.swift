import CMariaDB

/// What keeps a source from reading a server's binlog, in words for the operator.
package enum MariaDBProblem: Error, Hashable, CustomStringConvertible {
    /// It does not answer, or not any more. The text is the library's own.
    case unreachable(server: String, reason: String)
    /// It answers, and does not send its binlog just now.
    case sendsNothing(server: String, reason: String)
    /// Servers that demand TLS say the same of a connection without it.
    case wrongPassword(server: String, user: String, reason: String, isPlain: Bool)
    /// The user may not read the binlog.
    case noReplication(server: String, user: String)
    /// The user may not read the tables.
    case noSelect(server: String, user: String, database: String, reason: String)
    case tls(server: String, reason: String)
    case noBinlog(String)
    case format(String, String)
    case rowImage(String, String)
    case notMariaDB(String)
    /// A table cannot be watched; the text says which and why.
    case refusedTable(String)
    /// No triggers of ours record anything there.
    case notInstalled(source: String, server: String)
    /// Another program's version wrote the log.
    case otherForm(server: String, format: String)
    /// An administrator's statement was refused.
    case administration(server: String, user: String, reason: String, source: String)
    case ownedByOther(source: String, server: String)
    case damaged(server: String, reason: String)

    /// Whether it may go away without anybody changing something.
    package var isTransient: Bool {
        switch self {
        case .unreachable, .sendsNothing: true
        default: false
        }
    }

    package var description: String {
        switch self {
        case .unreachable(let server, let reason):
            "the server at \(server) cannot be reached: \(reason); it is tried again and again"
        case .sendsNothing(let server, let reason):
            "the server at \(server) does not send its binlog: \(reason); it is tried again and again"
                + (reason.contains("server_id") ? ". Another reader has our number: write `server-id`" : "")
        case .wrongPassword(let server, let user, let reason, let isPlain):
            "the server at \(server) does not let \(user) in: \(reason); check `user` and `password`, or create the "
                + "user: CREATE USER '\(user)'@'%' IDENTIFIED BY '…'"
                + (isPlain ? "; where the server demands TLS, write tls: {mode: required}" : "")
        case .noReplication(let server, let user):
            "\(user) may not read the binlog at \(server): run there GRANT REPLICATION SLAVE ON *.* TO '\(user)'@'%'"
        case .noSelect(let server, let user, let database, let reason):
            "\(user) may not read the tables of \(database) at \(server) (\(reason)): run there GRANT SELECT ON "
                + "`\(database)`.* TO '\(user)'@'%'"
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
        case .notMariaDB(let server):
            "the server at \(server) is no MariaDB of 10.2 or later: other servers number their transactions in "
                + "another way"
        case .refusedTable(let reason): reason
        case .notInstalled(let source, let server):
            "nothing records changes at \(server) yet: run `callbackd source install \(source)`, which says how"
        case .otherForm(let server, let format):
            "the change log at \(server) has the form \(format), which this version of callbackd does not read: let the "
                + "version that installed it read it to its end, then remove and install it anew"
        case .administration(let server, let user, let reason, let source):
            "\(user) may not do that at \(server): \(reason). Log in as an administrator, or have one run what "
                + "`callbackd source install \(source) --print` writes"
        case .ownedByOther(let source, let server):
            "the change log at \(server) belongs to another state file: two daemons would take each other's changes. To "
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
                server: server, user: address.user, reason: error.message,
                isPlain: address.protection == .off && address.socket == nil)
        case Int32(ER_SPECIFIC_ACCESS_DENIED_ERROR):
            self = .noReplication(server: server, user: address.user)
        case Int32(ER_DBACCESS_DENIED_ERROR), Int32(ER_TABLEACCESS_DENIED_ERROR), Int32(ER_COLUMNACCESS_DENIED_ERROR):
            self = .noSelect(
                server: server, user: address.user, database: address.database, reason: error.message)
        case Int32(ER_MASTER_FATAL_ERROR_READING_BINLOG), Int32(ER_SLAVE_SAME_ID):
            self = .sendsNothing(server: server, reason: error.message)
        case Int32(CR_SSL_CONNECTION_ERROR):
            self = .tls(server: server, reason: error.message)
        default:
            self = .unreachable(server: server, reason: error.description)
        }
    }
}
