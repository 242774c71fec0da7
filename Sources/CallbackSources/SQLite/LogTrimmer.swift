import CallbackCore
import CallbackRows

/// Deletes what is no longer needed from the log, and gives way to the panel at once.
///
/// What lies behind the mark is kept for a day, or as long as it fits into half of the space that the log may take, so
/// that a state file restored from a backup can read it again. The last consumed row always stays: it proves which
/// log this is.
final class LogTrimmer {
    private static let kept: Duration = .hours(24)
    private static let longest: Int64 = 5_000_000

    private let connection: SQLiteConnection
    private let timekeeper: any Timekeeper
    /// Bytes that the log may take.
    var panelLog: Int64
    /// Rows of one transaction; fewer where they take long.
    private var piece: Int64 = 500

    /// - Throws: `SQLiteError`.
    init(path: String, panelLog: Int64, timekeeper: any Timekeeper) throws(SQLiteError) {
        connection = try SQLiteConnection(path: path)
        try connection.execute("PRAGMA wal_autocheckpoint = 0")
        // A trim that a power cut undoes is done again. Without WAL the journal must stay as safe as it was.
        let mode = try connection.rows("PRAGMA journal_mode").first?.first?.text
        if mode == "wal" { try connection.execute("PRAGMA synchronous = NORMAL") }
        self.panelLog = panelLog
        self.timekeeper = timekeeper
    }

    /// Trims for at most `budget` nanoseconds, in pieces.
    /// - Parameter rowBytes: how much a row of the log takes, about.
    /// - Returns: whether there is more to trim. A lock that is held by another ends the turn without an error.
    func trim(behind committed: Int64, rowBytes: Int64, budget: Int64) throws(SQLiteError) -> Bool {
        let end = timekeeper.monotonic() + budget
        do {
            while timekeeper.monotonic() < end {
                guard try trimPiece(behind: committed, rowBytes: max(1, rowBytes)) else { return false }
            }
            return true
        } catch {
            guard error.isBusy else { throw error }
            return true
        }
    }

    private func trimPiece(behind committed: Int64, rowBytes: Int64) throws(SQLiteError) -> Bool {
        guard let first = try LogTable(connection: connection).first()?.position, first < committed else {
            return false
        }
        let end = min(committed, first + piece)
        let cutoff = timekeeper.now().milliseconds - Self.kept.milliseconds
        let spare = committed - panelLog / 2 / rowBytes
        let sql = "SELECT at FROM \(LogTable.log) WHERE seq < ?1 ORDER BY seq DESC LIMIT 1"
        guard let latest = try connection.integer(sql, .integer(end)) else { return false }
        guard latest < cutoff || end <= spare else { return false }
        let start = timekeeper.monotonic()
        try connection.run("DELETE FROM \(LogTable.log) WHERE seq < ?1", .integer(end))
        let taken = timekeeper.monotonic() - start
        piece = taken > Self.longest / 2 ? max(10, piece / 2) : min(500, piece * 2)
        return true
    }
}
