import GRDB

extension Database {
    /// Executes one statement, prepared once for all its uses: a packet can hold thousands of the same operation.
    func change(sql: String, arguments: StatementArguments = StatementArguments()) throws {
        try cachedStatement(sql: sql).execute(arguments: arguments)
    }

    /// Tells whether a row exists; the statement is prepared once for all its uses.
    func exists(_ condition: String, arguments: StatementArguments) throws -> Bool {
        let request = SQLRequest<Bool>(
            sql: "SELECT EXISTS (SELECT 1 FROM \(condition))", arguments: arguments, cached: true)
        return try request.fetchOne(self) ?? false
    }
}
