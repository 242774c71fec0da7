import CMariaDB
import Glibc

/// One connection to a server, used by one thread.
final class MariaDBConnection {
    /// Seconds within which a connection must stand. Nothing can end the attempt earlier.
    private static let connectPatience: UInt32 = 5
    /// Seconds within which a server must answer a query: it may have to read through a large log file.
    static let patience: UInt32 = 60

    let handle: UnsafeMutablePointer<MYSQL>
    let address: ServerAddress
    /// Lets another thread end a read that blocks.
    private let hold = SocketHold()

    /// Must be called once, before threads use the library.
    private static let isLibraryReady: Bool = mysql_server_init(0, nil, nil) == 0

    /// - Parameters:
    ///   - password: nil where the server knows the user by other means, such as the Unix socket.
    ///   - readTimeout: seconds without a byte after which a read fails.
    ///   - sockets: those that are ended together.
    /// - Throws: `MariaDBError`.
    init(
        to address: ServerAddress,
        password: String?,
        readTimeout: UInt32 = patience,
        sockets: OpenSockets? = nil
    ) throws(MariaDBError) {
        guard Self.isLibraryReady, let handle = mysql_init(nil) else {
            throw MariaDBError(code: UInt32(CR_OUT_OF_MEMORY), message: "no memory for a connection")
        }
        self.handle = handle
        self.address = address
        set(MYSQL_OPT_CONNECT_TIMEOUT, Self.connectPatience)
        set(MYSQL_OPT_WRITE_TIMEOUT, Self.patience)
        set(MYSQL_OPT_READ_TIMEOUT, readTimeout)
        set(MYSQL_OPT_LOCAL_INFILE, UInt32(0))
        mysql_options(handle, MYSQL_SET_CHARSET_NAME, "utf8mb4")
        // Whatever the server's own is: some of its modes pad values, or take an empty text as none.
        mysql_options(handle, MYSQL_INIT_COMMAND, "SET SESSION sql_mode = ''")
        protect()
        let isByTCP = address.socket == nil
        set(
            MYSQL_OPT_PROTOCOL,
            isByTCP ? UInt32(MYSQL_PROTOCOL_TCP.rawValue) : UInt32(MYSQL_PROTOCOL_SOCKET.rawValue))
        let connected = mysql_real_connect(
            handle, isByTCP ? address.host : nil, address.user, password ?? "", nil, address.port, address.socket, 0)
        // Everything is set: where this throws, `deinit` closes.
        guard connected != nil else { throw currentError() }
        hold.take(mysql_get_socket(handle))
        sockets?.add(hold)
        // A server that offers no TLS must not get the rows in the clear.
        if address.protection != .off, mysql_get_ssl_cipher(handle) == nil {
            throw MariaDBError(code: UInt32(CR_SSL_CONNECTION_ERROR), message: "the server does not offer TLS")
        }
    }

    deinit {
        hold.letGo()
        mysql_close(handle)
    }

    /// Whether what is sent is encrypted.
    var isEncrypted: Bool { mysql_get_ssl_cipher(handle) != nil }

    /// Whether bytes of the server's have arrived that the library has not read.
    var isReadable: Bool {
        var descriptors = [pollfd(fd: mysql_get_socket(handle), events: Int16(POLLIN), revents: 0)]
        return poll(&descriptors, 1, 0) > 0
    }

    /// Runs a statement and gives its rows as texts; nil stands for NULL.
    @discardableResult
    func query(_ sql: String) throws(MariaDBError) -> [[String?]] {
        var rows: [[String?]] = []
        try query(sql) { row in
            rows.append((0..<row.count).map { row.text($0) })
        }
        return rows
    }

    /// The first column of the first row.
    func value(_ sql: String) throws(MariaDBError) -> String? { try query(sql).first?.first ?? nil }

    /// Runs a statement and hands over its rows one by one as they come.
    func query(_ sql: String, _ take: (ResultRow) -> Void) throws(MariaDBError) {
        let code = sql.utf8CString.withUnsafeBufferPointer {
            mysql_real_query(handle, $0.baseAddress, UInt($0.count - 1))
        }
        guard code == 0 else { throw currentError(in: sql) }
        guard let result = mysql_use_result(handle) else {
            guard mysql_field_count(handle) == 0 else { throw currentError(in: sql) }
            return
        }
        defer { mysql_free_result(result) }
        let count = Int(mysql_num_fields(result))
        let fields = UnsafeBufferPointer(start: mysql_fetch_fields(result), count: count)
        while let values = mysql_fetch_row(result), let lengths = mysql_fetch_lengths(result) {
            take(ResultRow(fields: fields, values: values, lengths: lengths))
        }
        guard mysql_errno(handle) == 0 else { throw currentError(in: sql) }
    }

    /// Ends a transaction, whatever became of it; where that fails, the connection is of no use any more.
    func rollBack() { mysql_rollback(handle) }

    func currentError(in sql: String = "") -> MariaDBError {
        let code = mysql_errno(handle)
        let message = mysql_error(handle).map { String(cString: $0) } ?? ""
        return MariaDBError(
            code: code, message: message, statement: sql, account: Self.refusals.contains(code) ? account : nil)
    }

    /// Errors that say that a right is missing.
    private static let refusals: Set<UInt32> = [
        UInt32(ER_SPECIFIC_ACCESS_DENIED_ERROR), UInt32(ER_DBACCESS_DENIED_ERROR), UInt32(ER_TABLEACCESS_DENIED_ERROR),
        UInt32(ER_COLUMNACCESS_DENIED_ERROR),
    ]

    private func set(_ option: mysql_option, _ value: UInt32) {
        var value = value
        mysql_options(handle, option, &value)
    }

    private func protect() {
        guard address.protection != .off else { return }
        set(MYSQL_OPT_SSL_ENFORCE, 1)
        if let authorities = address.authorities { mysql_options(handle, MYSQL_OPT_SSL_CA, authorities) }
        if address.protection == .verify { set(MYSQL_OPT_SSL_VERIFY_SERVER_CERT, 1) }
    }
}

/// One row of a result. It is valid until the next one is asked for.
struct ResultRow {
    fileprivate let fields: UnsafeBufferPointer<MYSQL_FIELD>
    fileprivate let values: MYSQL_ROW
    fileprivate let lengths: UnsafeMutablePointer<UInt>

    fileprivate init(fields: UnsafeBufferPointer<MYSQL_FIELD>, values: MYSQL_ROW, lengths: UnsafeMutablePointer<UInt>) {
        self.fields = fields
        self.values = values
        self.lengths = lengths
    }

    var count: Int { fields.count }

    func field(_ column: Int) -> MYSQL_FIELD { fields[column] }

    /// The bytes of a value; nil where it is NULL.
    func bytes(_ column: Int) -> UnsafeBufferPointer<UInt8>? {
        guard let value = values[column] else { return nil }
        return UnsafeBufferPointer(
            start: UnsafeRawPointer(value).assumingMemoryBound(to: UInt8.self), count: Int(lengths[column]))
    }

    func text(_ column: Int) -> String? { bytes(column).map { String(decoding: $0, as: UTF8.self) } }
}
