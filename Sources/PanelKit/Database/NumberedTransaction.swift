import GRDB

/// One change of the panel: a transaction that carries a number, so that its rows can be told to belong together.
///
/// Its row in `operations` is the first thing written and its closing the last, inside the same transaction. A
/// change log that sees both rows therefore knows that everything between them is one operation.
package struct NumberedTransaction {
    /// The row in `operations`.
    package let number: Int64

    let db: Database

    static func open(in db: Database) throws -> NumberedTransaction {
        try db.execute(sql: "INSERT INTO operations DEFAULT VALUES")
        return NumberedTransaction(number: db.lastInsertedRowID, db: db)
    }

    func close() throws {
        try db.execute(
            sql: "UPDATE operations SET closed_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE id = ?",
            arguments: [number]
        )
    }

    /// Runs one part of the operation, of which nothing stays when it throws.
    func attempt<Value>(_ part: () throws -> Value) throws -> Value {
        var value: Value?
        try db.inSavepoint {
            value = try part()
            return .commit
        }
        guard let value else { throw DatabaseError(message: "a savepoint ended without having run") }
        return value
    }
}
