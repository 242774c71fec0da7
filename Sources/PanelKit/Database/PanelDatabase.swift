import CSQLite
import FoundationEssentials
import GRDB
import GRDBSQLite
import Glibc

/// The panel's SQLite database, opened for reading and changing.
///
/// Writes are durable when a call returns (`synchronous = FULL`). Tables may carry triggers of other programs.
package final class PanelDatabase: Sendable {
    /// Where the file lies, as it was given.
    package let path: String

    private let queue: DatabaseQueue

    /// Each operation of a packet is a savepoint, whose pages would go through a file one by one. In memory they are let go
    /// at its end.
    private static let keepsUndoInMemory = csqlite_keep_undo_in_memory() == SQLITE_OK

    private init(path: String, wait: Duration) throws(PanelDatabaseError) {
        self.path = path
        // Where another part of the process has used SQLite before, it stays as it was.
        _ = Self.keepsUndoInMemory
        var configuration = Configuration()
        configuration.label = "panel"
        configuration.foreignKeysEnabled = true
        configuration.busyMode = .timeout(wait / .seconds(1))
        configuration.prepareDatabase { db in
            try db.execute(sql: "PRAGMA synchronous = FULL")
            // In KiB. A packet of thousands of operations touches more pages than the usual 2 MiB hold: each page would
            // be written again and again before its one commit.
            try db.execute(sql: "PRAGMA cache_size = -65536")
        }
        do {
            queue = try DatabaseQueue(path: path, configuration: configuration)
        } catch {
            throw Self.explained(error, path: path)
        }
    }

    /// Creates a database: all its tables, and the sample where asked for. It is made whole or not at all.
    ///
    /// - Throws: `.occupied` where the file already holds something, `.inaccessible` where it cannot be made.
    package static func create(
        at path: String, sample: Bool, wait: Duration = .seconds(5)
    ) throws(PanelDatabaseError) -> PanelDatabase {
        let database: PanelDatabase
        do {
            database = try PanelDatabase(path: path, wait: wait)
        } catch .foreign {
            throw .occupied(path: path)
        }
        try database.reporting { db in
            guard try PanelSchema.isAbsent(in: db) else { throw PanelDatabaseError.occupied(path: path) }
            // A writer-ahead log lets readers go on while the panel writes; it is a property of the file, set once.
            try db.execute(sql: "PRAGMA journal_mode = WAL")
            try db.inTransaction(.immediate) {
                // Asked again under the lock: two of these may run at once.
                guard try PanelSchema.isAbsent(in: db) else { throw PanelDatabaseError.occupied(path: path) }
                try PanelSchema.create(in: db)
                if sample { try PanelSample.insert(in: db) }
                return .commit
            }
        }
        return database
    }

    /// Opens a database that `create` made. One of an older version is given the tables that it lacks.
    ///
    /// - Parameter wait: how long a change waits for another program's lock.
    /// - Throws: `.missing` where there is no file, `.foreign` where it is something else, `.forbidden` without permission.
    package static func open(
        at path: String, wait: Duration = .seconds(5)
    ) throws(PanelDatabaseError) -> PanelDatabase {
        // SQLite would create what is missing.
        guard access(path, F_OK) == 0 else {
            guard errno == ENOENT || errno == ENOTDIR else {
                throw .inaccessible(path: path, reason: String(cString: strerror(errno)))
            }
            throw .missing(path: path)
        }
        guard access(path, R_OK | W_OK) == 0 else { throw .forbidden(path: path) }
        let database = try PanelDatabase(path: path, wait: wait)
        if let objection = try database.reporting(PanelSchema.objection) {
            throw .foreign(path: path, reason: objection)
        }
        try database.reporting { db in
            guard try PanelSchema.isOlder(in: db) else { return }
            try db.inTransaction(.immediate) {
                try PanelSchema.upgrade(in: db)
                return .commit
            }
        }
        return database
    }

    /// Carries out one numbered operation. When `body` throws, nothing of it stays, its number included.
    package func change<Value>(as caller: Caller = .local, _ body: (PanelOperation) throws -> Value) throws -> Value {
        try series(as: caller) { try $0.run(body) }
    }

    /// Carries out several operations with one durable commit. When `body` throws, nothing of any of them stays.
    package func series<Value>(as caller: Caller = .local, _ body: (OperationSeries) throws -> Value) throws -> Value {
        try queue.writeWithoutTransaction { db in
            var value: Value?
            try db.inTransaction(.immediate) {
                value = try body(OperationSeries(view: PanelView(db: db, caller: caller)))
                return .commit
            }
            guard let value else { throw DatabaseError(message: "a transaction ended without having run") }
            return value
        }
    }

    /// Reads without changing anything, and without waiting for whoever changes something.
    func view<Value>(as caller: Caller, _ body: (PanelView) throws -> Value) throws -> Value {
        try queue.read { db in try body(PanelView(db: db, caller: caller)) }
    }

    /// Reads without changing anything.
    func read<Value>(_ body: (Database) throws -> Value) throws -> Value {
        try queue.read(body)
    }

    /// The error as one of ours, for callers that have nothing else to do with it.
    package func explained(_ error: any Error) -> PanelDatabaseError {
        Self.explained(error, path: path)
    }

    private func reporting<Value>(_ body: (Database) throws -> Value) throws(PanelDatabaseError) -> Value {
        do {
            return try queue.writeWithoutTransaction(body)
        } catch {
            throw explained(error)
        }
    }

    private static func explained(_ error: any Error, path: String) -> PanelDatabaseError {
        if let error = error as? PanelDatabaseError { return error }
        if let ended = error as? SeriesEnded { return explained(ended.cause, path: path) }
        guard let error = error as? DatabaseError else { return .failed(path: path, reason: "\(error)") }
        let reason = error.message ?? "\(error)"
        return switch error.resultCode {
        case .SQLITE_BUSY, .SQLITE_LOCKED: .locked(path: path)
        case .SQLITE_NOTADB: .foreign(path: path, reason: "it is no SQLite database")
        case .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH: .inaccessible(path: path, reason: reason)
        default: .failed(path: path, reason: reason)
        }
    }
}
