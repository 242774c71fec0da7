import CallbackCore

/// The one row that says whose log it is, and in which life.
struct ChangeLogOwner {
    let incarnation: String
    /// The state file's own name and the source's; empty until a daemon has been in touch.
    let owner: String

    /// - Throws: `MariaDBProblem` where the log is not there, or is of another form.
    static func read(on connection: MariaDBConnection, source: SourceName) throws -> ChangeLogOwner {
        let address = connection.address
        let rows = try connection.query(
            "SELECT incarnation, owner, format FROM \(address.database.sqlName).\(ChangeLog.owner) WHERE id = 1")
        guard let row = rows.first, let incarnation = row[0], let owner = row[1], let format = row[2] else {
            throw MariaDBProblem.notInstalled(source: source.rawValue, server: address.words)
        }
        guard format == String(ChangeLog.format) else {
            throw MariaDBProblem.otherForm(server: address.words, format: format)
        }
        return ChangeLogOwner(incarnation: incarnation, owner: owner)
    }

    /// How a log names who reads it.
    static func name(of source: SourceName, _ stateID: String) -> String { "\(stateID)/\(source)" }

    /// Makes the log this state file's and source's. Two readers would take each other's rows away.
    /// - Throws: `MariaDBProblem.ownedByOther`.
    func claim(for stateID: String, on connection: MariaDBConnection, source: SourceName, takeOver: Bool) throws {
        let reader = Self.name(of: source, stateID)
        guard owner != reader else { return }
        let address = connection.address
        let name = "\(address.database.sqlName).\(ChangeLog.owner)"
        let condition = takeOver ? "" : " AND owner = ''"
        try connection.query("UPDATE \(name) SET owner = \(reader.sqlText) WHERE id = 1\(condition)")
        guard try connection.value("SELECT owner FROM \(name) WHERE id = 1") == reader else {
            throw MariaDBProblem.ownedByOther(source: source.rawValue, server: address.words)
        }
    }
}
