import GRDB

/// One numbered operation of the panel, so that its rows can be told to belong together.
///
/// Its row in `operations` is the first thing written and its closing the last, with no other operation in between.
/// A change log that sees both rows therefore knows that everything between them is one operation.
package struct PanelOperation {
    /// The row in `operations`.
    package let number: Int64

    /// The database as whoever asked for the operation sees it.
    let view: PanelView

    var db: Database { view.db }
    var caller: Caller { view.caller }

    /// Runs an operation inside the open transaction. When `body` throws, nothing of it stays, its number included.
    static func run<Value>(
        in db: Database, as caller: Caller = .local, _ body: (PanelOperation) throws -> Value
    ) throws -> Value {
        try db.part {
            try db.change(sql: "INSERT INTO operations DEFAULT VALUES")
            let operation = PanelOperation(
                number: db.lastInsertedRowID, view: PanelView(db: db, caller: caller))
            let value = try body(operation)
            try db.change(
                sql: "UPDATE operations SET closed_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE id = ?",
                arguments: [operation.number]
            )
            return value
        }
    }

    /// Runs one part of the operation, of which nothing stays when it throws.
    func attempt<Value>(_ part: () throws -> Value) throws -> Value {
        try db.part(part)
    }
}

extension Database {
    /// Runs statements of which nothing stays when one of them throws.
    fileprivate func part<Value>(_ body: () throws -> Value) throws -> Value {
        var value: Value?
        try inSavepoint {
            value = try body()
            return .commit
        }
        guard let value else { throw DatabaseError(message: "a savepoint ended without having run") }
        return value
    }
}

extension DatabaseError {
    /// Tells whether only a statement failed, and the transaction around it can go on.
    var concernsOneStatement: Bool {
        switch resultCode {
        case .SQLITE_CONSTRAINT, .SQLITE_ERROR, .SQLITE_MISMATCH, .SQLITE_TOOBIG: true
        default: false
        }
    }
}
