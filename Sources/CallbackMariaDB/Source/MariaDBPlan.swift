import CallbackCore
import CallbackRows

/// The settings of a MariaDB source, checked and typed.
struct MariaDBPlan: Sendable {
    /// How changes are seen.
    enum Capture: String, CaseIterable {
        case binlog
        /// Triggers record them in a table of ours.
        case changeTable = "change-table"
    }

    static let standardPort: Int64 = 3306
    static let serverIDs: ClosedRange<Int64> = 1...4_294_967_295

    let address: ServerAddress
    /// The name below `secrets:`; nil where the server knows the user without a password.
    let password: String?
    let tables: TablePlan
    let capture: Capture
    private let serverID: UInt32?

    /// - Throws: everything that is wrong with the settings.
    init(_ settings: SourceSettings) throws(DiagnosticList) {
        let own = settings.settings
        var found: [Diagnostic] = []
        func report(_ code: SourceCode, _ words: String, _ key: String, help: String) {
            found.append(
                Diagnostic(
                    .error, code.rawValue, "source \"\(settings.name)\": \(words)",
                    at: own.values[key]?.place ?? settings.place, help: help))
        }
        let host = own.text("host")
        let socket = own.text("socket")
        if host != nil && socket != nil {
            report(.badServer, "a server has a host or a socket, not both", "socket", help: "leave one of them out")
        } else if host?.isEmpty ?? false || socket?.isEmpty ?? false {
            report(
                .badServer, "the server's address is empty", host == nil ? "socket" : "host",
                help: "write host: db.example.com, or socket: /run/mysqld/mysqld.sock")
        }
        let user = own.text("user") ?? ""
        if user.isEmpty || user.utf8.count > 128 {
            report(.badUser, "\"user\" must have 1 to 128 bytes", "user", help: "the user that may read the binlog")
        }
        let database = own.text("database") ?? ""
        if database.isEmpty || database.count > 64 {
            report(
                .badDatabase, "\"database\" must have 1 to 64 characters", "database",
                help: "the database whose tables are watched, such as psa")
        }
        let tls = own.settings("tls")
        let isLocal = socket != nil || ["localhost", "127.0.0.1", "::1"].contains(host ?? "localhost")
        let protection = tls?.text("mode").flatMap { ServerAddress.Protection(rawValue: $0) }
        address = ServerAddress(
            host: host == nil || host == "localhost" ? "127.0.0.1" : host ?? "",
            port: UInt32(own.integer("port") ?? Self.standardPort), socket: socket, user: user, database: database,
            protection: protection ?? (tls?.text("ca") != nil ? .verify : isLocal ? .off : .required),
            authorities: tls?.text("ca"))
        password = own.text("password")
        serverID = own.integer("server-id").map { UInt32($0) }
        tables = TablePlan(settings, &found)
        capture = own.text("capture").flatMap { Capture(rawValue: $0) } ?? .binlog
        guard found.isEmpty else { throw DiagnosticList(found) }
    }

    func interpreter() -> RowInterpreter { tables.interpreter(isEmbeddedPanel: false) }

    /// Numbers that no replica of the server has: for the stream, and for looking ahead beside it, after an ALTER and for
    /// names.
    func serverID(
        of source: SourceName,
        stateID: String
    ) -> (stream: UInt32, inquiry: UInt32, names: UInt32) {
        var hash: UInt32 = 0x811C_9DC5
        for byte in "\(stateID)/\(source)".utf8 { hash = (hash ^ UInt32(byte)) &* 0x0100_0193 }
        // Administrators number their own servers from below.
        let own = hash | 0x8000_0001
        return (serverID ?? own - 1, own, own ^ 0x4000_0000)
    }
}
