import Dispatch
import GRDB
import Synchronization

/// Reads a panel database on a thread and a connection of its own: readers wait for no change, and block nobody else.
package final class PanelReader: Sendable {
    let database: PanelDatabase

    private let limit: Int
    private let thread = DispatchQueue(label: "panel reader")
    private let waiting = Mutex(0)

    /// - Parameters:
    ///   - database: opened for this alone.
    ///   - limit: how many may wait; further ones are refused, so that memory stays bounded.
    package init(database: PanelDatabase, limit: Int = 1024) {
        self.database = database
        self.limit = limit
    }

    /// Reads as one caller sees the panel.
    ///
    /// - Throws: as `read`.
    package func view<Value: Sendable>(
        as caller: Caller, _ body: @escaping @Sendable (PanelView) throws -> Value
    ) async throws -> Value {
        try await read { db in try body(PanelView(db: db, caller: caller)) }
    }

    /// - Throws: what `body` threw; `PanelDatabaseError` where the database fails; `GroupCommit.Busy` where too many wait.
    func read<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        let isAdmitted = waiting.withLock { count in
            guard count < limit else { return false }
            count += 1
            return true
        }
        guard isAdmitted else { throw GroupCommit.Busy() }
        return try await withCheckedThrowingContinuation { continuation in
            thread.async {
                let result = Result { try self.database.read(body) }
                self.waiting.withLock { $0 -= 1 }
                continuation.resume(with: result.mapError { $0 is DatabaseError ? self.database.explained($0) : $0 })
            }
        }
    }
}
