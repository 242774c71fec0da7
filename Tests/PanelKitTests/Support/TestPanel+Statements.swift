import GRDB
import Synchronization

@testable import PanelKit

extension TestPanel {
    /// The different statements that are run meanwhile, with their parameters unbound.
    func statements(_ body: () throws -> Void) throws -> [String] {
        let seen = Seen()
        try database.read { db in
            db.trace { event in
                if case .statement(let statement) = event { seen.insert(statement.sql) }
            }
        }
        try body()
        try database.read { db in db.trace(options: []) }
        return seen.all
    }

    /// How SQLite would carry a statement out, step by step.
    func plan(of sql: String) throws -> [String] {
        try database.read { db in
            let statement = try db.makeStatement(sql: "EXPLAIN QUERY PLAN " + sql)
            statement.setUncheckedArguments(StatementArguments())
            return try Row.fetchAll(statement).map { $0["detail"] }
        }
    }

    private final class Seen: Sendable {
        private let statements = Mutex<Set<String>>([])

        func insert(_ sql: String) {
            let isQuery = ["SELECT", "INSERT", "UPDATE", "DELETE", "WITH"].contains { sql.hasPrefix($0) }
            if isQuery { statements.withLock { _ = $0.insert(sql) } }
        }

        var all: [String] { statements.withLock { $0.sorted() } }
    }
}
