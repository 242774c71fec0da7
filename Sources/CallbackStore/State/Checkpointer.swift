import GRDBSQLite

/// Moves what was committed from the state file's log into the file itself, on a connection of its own. Belongs to the
/// one thread that calls it.
package final class Checkpointer {
    private let connection: OpaquePointer

    /// - Throws: `StateError` where the file cannot be opened once more.
    init(path: String) throws(StateError) {
        var handle: OpaquePointer?
        let code = sqlite3_open_v2(path, &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nil)
        guard code == SQLITE_OK, let handle else {
            sqlite3_close_v2(handle)
            throw StateError(code: code, message: "cannot open the state file \(path)")
        }
        connection = handle
        // A connection that has read nothing does not know that there is a log, and would move nothing of it.
        sqlite3_exec(handle, "PRAGMA journal_mode = WAL; PRAGMA schema_version", nil, nil, nil)
    }

    deinit { sqlite3_close_v2(connection) }

    /// Moves as much as can be moved without keeping a writer or reader waiting.
    ///
    /// What goes wrong is nobody's loss: the log stays longer, and the writer moves it itself at its own limit.
    package func run() {
        _ = sqlite3_wal_checkpoint_v2(connection, nil, SQLITE_CHECKPOINT_PASSIVE, nil, nil)
    }
}
