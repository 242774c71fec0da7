import CMariaDB

/// The binlog as it grows, from a position on: one packet after the other, straight from the library's buffer.
///
/// The library opens the stream; its own reading of events is not used, because it copies each one and misreads some.
final class BinlogStream {
    /// Seconds of silence after which the server gives a sign of life.
    static let heartbeat: UInt32 = 1
    /// Seconds of silence after which the server is taken for lost.
    static let readTimeout: UInt32 = 30

    let connection: MariaDBConnection
    private let rpl: UnsafeMutablePointer<MARIADB_RPL>

    /// - Parameters:
    ///   - connection: taken over; made with `readTimeout`.
    ///   - position: what was read already.
    ///   - serverID: a number that no other replica of this server has.
    /// - Throws: `MariaDBError`.
    init(_ connection: MariaDBConnection, after position: GTIDPosition, serverID: UInt32) throws(MariaDBError) {
        self.connection = connection
        try connection.query(
            """
            SET @master_binlog_checksum = @@global.binlog_checksum, @mariadb_slave_capability = 4, \
            @master_heartbeat_period = \(UInt64(Self.heartbeat) * 1_000_000_000), \
            @slave_connect_state = '\(position)', @slave_gtid_strict_mode = 1, @slave_gtid_ignore_duplicates = 0
            """)
        guard let rpl = cmariadb_rpl_init(connection.handle) else { throw connection.currentError() }
        self.rpl = rpl
        guard cmariadb_rpl_set_server_id(rpl, serverID) == 0, cmariadb_rpl_set_start(rpl, 4) == 0,
            mariadb_rpl_open(rpl) == 0
        else { throw connection.currentError(in: "COM_BINLOG_DUMP") }
    }

    deinit { mariadb_rpl_close(rpl) }

    /// Waits for the next event and gives its bytes, valid until the next call.
    /// - Throws: `MariaDBError`, also where the server ends the stream.
    func next() throws(MariaDBError) -> UnsafeBufferPointer<UInt8> {
        let length = mysql_net_read_packet(connection.handle)
        // The library's packet_error is an unsigned int.
        guard length != UInt(UInt32.max), length != UInt.max, let packet = cmariadb_packet(connection.handle),
            length > 0
        else {
            throw connection.currentError(in: "the binlog")
        }
        guard packet[0] == 0 else {
            throw MariaDBError(
                code: UInt32(CR_SERVER_LOST), message: "the server ended the binlog", statement: "the binlog")
        }
        return UnsafeBufferPointer(start: packet + 1, count: Int(length) - 1)
    }

    /// Whether more has arrived already. A false "no" is possible; it only makes a batch smaller.
    var hasMore: Bool { cmariadb_has_buffered(connection.handle) != 0 || connection.isReadable }
}
