package import CallbackCore
import GRDB
import Glibc

/// What an operator may read in a state file: events, deliveries, targets and sources.
///
/// Works beside a running daemon and without one: it never takes the lock and never writes. Each query sees one moment
/// of the file.
package struct StateQueries: Sendable {
    package let path: String
    private let queue: DatabaseQueue

    /// Opens a state file for reading.
    /// - Throws: `StateError`: `missing` where there is no such file, `newer` for one of a later version, `corrupt`
    ///   where it is no state file.
    package init(path: String) throws(StateError) {
        self.path = path
        guard access(path, F_OK) == 0 else {
            throw StateError(
                kind: .missing,
                message: "there is no state file \(path): `callbackd run` makes it at its first start")
        }
        var configuration = Configuration()
        configuration.label = "callbackd.queries"
        configuration.readonly = true
        configuration.busyMode = .timeout(5)
        queue = try Self.worded(path) {
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            try queue.read { try Self.refuseForeign($0, path: path) }
            return queue
        }
    }

    /// Reads one moment of the file.
    func read<Value>(_ body: (Database) throws -> Value) throws(StateError) -> Value {
        try Self.worded(path) { try queue.read(body) }
    }

    private static func worded<Value>(_ path: String, _ body: () throws -> Value) throws(StateError) -> Value {
        do {
            return try body()
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

    private static func refuseForeign(_ database: Database, path: String) throws {
        guard try database.tableExists("grdb_migrations"), try database.tableExists("queue") else {
            throw StateError(
                kind: .corrupt,
                message: "\(path) is not a state file of callbackd: look at `state:` in the configuration")
        }
        let known = Set(StateSchema.migrator.migrations)
        let applied = try String.fetchAll(database, sql: "SELECT identifier FROM grdb_migrations")
        if let unknown = applied.first(where: { !known.contains($0) }) {
            throw StateError(
                kind: .newer,
                message: "the state file \(path) has version \(unknown), this program knows up to "
                    + "\(StateSchema.version): use the newer callbackd")
        }
        guard Set(applied).isSuperset(of: known) else {
            throw StateError(
                kind: .other,
                message: "the state file \(path) is of an older version: `callbackd run` brings it up to date when it "
                    + "starts, so restart the daemon first")
        }
    }
}

/// The rules and targets that the configuration has now. A waiting delivery of any other is *parked*.
package struct CurrentNames: Sendable {
    package var rules: Set<RuleName>
    package var targets: Set<TargetName>

    package init(rules: Set<RuleName>, targets: Set<TargetName>) {
        self.rules = rules
        self.targets = targets
    }
}
