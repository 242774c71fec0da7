package import CallbackCore
import CSQLite
import FoundationEssentials
import Glibc
import GRDB
import GRDBSQLite

/// The state file: journal, queue and ledger in one SQLite database.
///
/// Opening it migrates an older file in one transaction. Whoever opens it for writing holds its `StateLock`.
package final class StateFile {
    package let path: String
    /// A random name given to the file when it was made. A source's log carries it to say whose log it is.
    package let id: String
    /// Whether the last owner ended without closing the file properly.
    package let wasUnclean: Bool

    let queue: DatabaseQueue
    /// The writer's connection, for its prepared statements. Used by one thread only.
    ///
    /// It is not GRDB's own: GRDB watches every commit of its connections and must then see all of their statements.
    let connection: OpaquePointer

    /// Opens the file, or makes it.
    /// - Throws: `StateError`: `newer` for a file of a later version, `corrupt` where it is no state file.
    package init(path: String) throws(StateError) {
        self.path = path
        Self.countsNoMemory
        // The journal holds other people's data. SQLite gives its log and shared memory the mode of the file.
        let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        if descriptor >= 0 { Glibc.close(descriptor) }
        do {
            var configuration = Configuration()
            configuration.label = "callbackd.state"
            configuration.busyMode = .timeout(5)
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            try queue.writeWithoutTransaction { database in
                // Has to come before anything is written, and does nothing to a file that holds tables: an older file
                // stays as it is until somebody runs VACUUM on it.
                try database.execute(sql: "PRAGMA auto_vacuum = INCREMENTAL;" + Self.pragmas)
            }
            try StateFile.refuseNewer(queue)
            try StateSchema.migrator.migrate(queue)
            let (id, clean): (String, Bool) = try queue.write { database in
                if let row = try Row.fetchOne(database, sql: "SELECT id, clean FROM state") {
                    try database.execute(sql: "UPDATE state SET clean = 0")
                    return (row["id"], row["clean"])
                }
                let id = "st_" + Base32.text(of: (0..<17).map { _ in UInt8.random(in: 0...255) }, count: 26)
                try database.execute(sql: "INSERT INTO state (id, clean) VALUES (?, 0)", arguments: [id])
                return (id, true)
            }
            self.id = id
            wasUnclean = !clean
            self.queue = queue
            connection = try Self.openForWriting(path)
        } catch let error as StateError {
            throw error
        } catch let error as DatabaseError {
            throw StateError(
                code: error.resultCode.rawValue,
                message: "the state file \(path): \(error.message ?? "unknown error")")
        } catch {
            throw StateError(kind: .other, message: "the state file \(path): \(error)")
        }
    }

    /// `synchronous = FULL`: a commit that returned has reached the disk. GRDB sets it lower when it opens a pool, so
    /// it is set here, after opening, and a test reads it back.
    private static let pragmas = """
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = FULL;
        PRAGMA wal_autocheckpoint = 4000;
        PRAGMA cache_size = -16384;
        PRAGMA foreign_keys = OFF;
        PRAGMA temp_store = MEMORY;
        PRAGMA secure_delete = FAST;
        """

    /// SQLite would lock and count at each piece of memory, for statistics that nobody reads. Has to be told before its
    /// first use; later it changes nothing.
    private static let countsNoMemory: Void = { _ = csqlite_count_no_memory() }()

    private static func openForWriting(_ path: String) throws(StateError) -> OpaquePointer {
        var handle: OpaquePointer?
        let code = sqlite3_open_v2(path, &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nil)
        guard code == SQLITE_OK, let handle else {
            sqlite3_close_v2(handle)
            throw StateError(code: code, message: "cannot open the state file \(path)")
        }
        sqlite3_busy_timeout(handle, 5000)
        guard sqlite3_exec(handle, pragmas, nil, nil, nil) == SQLITE_OK else {
            let error = StateError(handle, while: "setting up the connection")
            sqlite3_close_v2(handle)
            throw error
        }
        return handle
    }

    deinit { sqlite3_close_v2(connection) }

    private static func refuseNewer(_ queue: DatabaseQueue) throws {
        let known = Set(StateSchema.migrator.migrations)
        let applied = try queue.read { database in
            try database.tableExists("grdb_migrations")
                ? String.fetchAll(database, sql: "SELECT identifier FROM grdb_migrations") : []
        }
        guard let unknown = applied.first(where: { !known.contains($0) }) else { return }
        throw StateError(
            kind: .newer,
            message: "the state file has version \(unknown), this program knows up to \(StateSchema.version): "
                + "use the newer callbackd, or restore the copy from before the upgrade")
    }

    /// The writer's `synchronous` setting as SQLite reports it: 2 is FULL.
    package func synchronousSetting() throws(StateError) -> Int {
        let found = try Statement(connection, "PRAGMA synchronous").first { Int($0.integer(0)) }
        return found ?? -1
    }

    /// Notes that everything in memory was written: the next start is a clean one.
    package func close() throws {
        try queue.writeWithoutTransaction { database in
            try database.execute(
                sql: """
                    UPDATE state SET clean = 1;
                    DELETE FROM interrupted WHERE ends < \(IntentRecovery.patience);
                    PRAGMA wal_checkpoint(TRUNCATE);
                    """)
        }
    }
}

/// The numbers under which rules, targets and rule books stand in the tables.
package struct Registry: Sendable {
    package private(set) var rules: [RuleName: Int64] = [:]
    package private(set) var targets: [TargetName: Int64] = [:]
    package private(set) var ruleNames: [Int64: RuleName] = [:]
    package private(set) var targetNames: [Int64: TargetName] = [:]
    /// The targets that an operator has paused.
    package private(set) var paused: Set<TargetName> = []

    package init() {}

    /// Reads all names that the file has ever known.
    init(_ database: Database) throws {
        for row in try Row.fetchAll(database, sql: "SELECT number, name FROM rules") {
            add(rule: RuleName(row["name"] as String), number: row["number"])
        }
        for row in try Row.fetchAll(database, sql: "SELECT number, name, paused FROM targets") {
            add(target: TargetName(row["name"] as String), number: row["number"], isPaused: row["paused"])
        }
    }

    mutating func add(rule: RuleName, number: Int64) {
        rules[rule] = number
        ruleNames[number] = rule
    }

    mutating func add(target: TargetName, number: Int64, isPaused: Bool) {
        targets[target] = number
        targetNames[number] = target
        if isPaused { paused.insert(target) }
    }
}

extension StateFile {
    /// Makes sure that every name has a number, and gives all numbers ever used.
    package func register(rules: [RuleName], targets: [TargetName]) throws -> Registry {
        try queue.write { database in
            for rule in rules {
                try database.execute(
                    sql: "INSERT INTO rules (name) VALUES (?) ON CONFLICT DO NOTHING", arguments: [rule.rawValue])
            }
            for target in targets {
                try database.execute(
                    sql: "INSERT INTO targets (name) VALUES (?) ON CONFLICT DO NOTHING",
                    arguments: [target.rawValue])
            }
            return try Registry(database)
        }
    }

    /// Gives the version of a rule book, a new one if its content differs from the latest.
    package func version(ofBook content: [UInt8], now: Timestamp) throws -> Int64 {
        try queue.write { database in
            let latest = try Row.fetchOne(
                database, sql: "SELECT version, content FROM books ORDER BY version DESC LIMIT 1")
            if let latest, [UInt8](latest["content"] as Data) == content { return latest["version"] }
            try database.execute(
                sql: "INSERT INTO books (since, content) VALUES (?, ?)",
                arguments: [now.milliseconds, Data(content)])
            return database.lastInsertedRowID
        }
    }

    /// The journal number of the latest event; 0 in an empty journal.
    package func lastSequence() throws -> Int64 {
        try queue.read { try Int64.fetchOne($0, sql: "SELECT max(sequence) FROM events") ?? 0 }
    }

    /// What the file knows of a source; nil before its first contact.
    package func savedMark(of source: SourceName) throws -> SavedMark? {
        try queue.read { database in
            guard
                let row = try Row.fetchOne(
                    database,
                    sql: "SELECT incarnation, position, nonce, installed FROM sources WHERE name = ?",
                    arguments: [source.rawValue])
            else { return nil }
            let mark = Mark(
                incarnation: row["incarnation"], position: row["position"], nonce: row["nonce"],
                isInstalled: row["installed"])
            let names = try Row.fetchAll(
                database, sql: "SELECT tbl, key, row FROM source_names WHERE source = ?",
                arguments: [source.rawValue]
            ).map { NameChange(table: $0["tbl"], key: $0["key"], row: [UInt8]($0["row"] as Data)) }
            return SavedMark(mark: mark, names: names)
        }
    }
}

extension StateFile {
    /// The rows of one table of what is remembered of a source.
    package func remembered(in table: String, by source: SourceName) throws -> [NameChange] {
        try queue.read { try $0.remembered(in: table, by: source) }
    }

    /// The words of a source's open gap; nil where it has none.
    package func openGap(of source: SourceName) throws -> String? {
        let text = try queue.read { database in
            try String.fetchOne(
                database, sql: "SELECT gap FROM sources WHERE name = ? AND gap IS NOT NULL",
                arguments: [source.rawValue])
        }
        guard let text else { return nil }
        return try JSONParser.parse(text.utf8)["message"]?.string ?? text
    }
}

extension Database {
    /// The rows of one table of what is remembered of a source.
    func remembered(in table: String, by source: SourceName) throws -> [NameChange] {
        try Row.fetchAll(
            self, sql: "SELECT key, row FROM source_names WHERE source = ? AND tbl = ?",
            arguments: [source.rawValue, table]
        ).map { NameChange(table: table, key: $0["key"], row: [UInt8]($0["row"] as Data)) }
    }
}
