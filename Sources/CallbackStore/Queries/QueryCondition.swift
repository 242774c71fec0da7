import GRDB

/// The conditions of one query, collected as a filter is read.
struct QueryCondition {
    private(set) var clauses: [String] = []
    private(set) var arguments = StatementArguments()

    mutating func add(_ clause: String) { clauses.append(clause) }

    mutating func add(_ clause: String, _ value: (any DatabaseValueConvertible)?) {
        guard let value else { return }
        clauses.append(clause)
        arguments += [value]
    }

    /// `WHERE …`, or nothing where everything is wanted.
    var sql: String { clauses.isEmpty ? "" : "WHERE " + clauses.joined(separator: " AND ") }
}
