import CMariaDB

/// Asks from time to time how far a server is that sends nothing more.
///
/// Where its binlog is reset, the server goes on to wait for more of the log that it has deleted, and sends signs of life.
/// A new contact then finds out why nothing of it comes.
struct StandstillWatch {
    /// Nanoseconds between two questions.
    private static let pause: Int64 = 2_000_000_000

    /// Events that were read, without signs of life.
    var eventsRead = 0
    private var next: Int64
    /// The connection on which it is asked.
    private var connection: MariaDBConnection?
    /// How many events were read when the server was seen to be further on.
    private var eventsReadWhenBehind: Int?

    /// - Parameter now: monotonic nanoseconds.
    init(from now: Int64) { next = now + Self.pause }

    /// - Parameters:
    ///   - done: what was read.
    ///   - now: monotonic nanoseconds.
    /// - Throws: `MariaDBError` where the server is elsewhere.
    mutating func look(behind done: GTIDPosition, now: Int64, connect: () throws -> MariaDBConnection) throws {
        guard now >= next else { return }
        next = now + Self.pause
        let position: GTIDPosition
        do {
            let connection = try connection ?? connect()
            self.connection = connection
            position = try ServerFacts.position(on: connection)
        } catch is MariaDBError {
            // What ends the stream as well is noticed there; a server with too many connections still sends.
            connection = nil
            return
        }
        let isBehind = !done.covers(position)
        let isStuck = isBehind && eventsReadWhenBehind == eventsRead
        eventsReadWhenBehind = isBehind ? eventsRead : nil
        guard isStuck || !position.isAtLeast(done) else { return }
        throw MariaDBError(
            code: UInt32(CR_SERVER_LOST), message: "it is at transaction \(position) and sends nothing of it",
            statement: "the binlog")
    }
}
