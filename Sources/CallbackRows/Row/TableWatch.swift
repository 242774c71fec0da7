/// One table that a source is asked to watch.
package struct TableWatch: Sendable {
    package enum Redaction: Sendable {
        /// Columns that the configuration names.
        case named(Set<String>)
        /// Every column whose name says that it holds a credential.
        case credentials
    }

    package var table: String
    package var redaction: Redaction
    /// The columns that name a row; empty where the profile knows them.
    package var key: [String]

    package init(table: String, redaction: Redaction, key: [String] = []) {
        self.table = table
        self.redaction = redaction
        self.key = key
    }

    /// The sensitive columns that the configuration names and a table does not have: a slip of the pen, or a column
    /// that was renamed. Watching the table all the same would copy what must not be copied.
    package func missingSensitive(among columns: [String]) -> [String] {
        guard case .named(let names) = redaction else { return [] }
        let present = Set(columns.map { $0.lowercased() })
        return names.filter { !present.contains($0.lowercased()) }.sorted()
    }

    package func isSensitive(_ column: String) -> Bool {
        let column = column.lowercased()
        switch redaction {
        case .named(let names): return names.contains { $0.lowercased() == column }
        case .credentials: return ["passw", "pwd", "secret", "token", "cookie"].contains { column.contains($0) }
        }
    }
}
