import CMariaDB
package import CallbackCore
import CallbackRows

/// The triggers and tables by which a server without a binlog shows its changes.
///
/// A trigger runs as the user who made it, and the panel's own write fails where that user is gone or has lost a right.
/// So only an administrator makes them: with a login given for it, or by running the script.
package struct ChangeTableInstallation: Sendable {
    /// Who makes or removes triggers.
    package struct Administrator: Sendable {
        package let user: String
        package let password: String?

        package init(user: String, password: String?) {
            self.user = user
            self.password = password
        }
    }

    /// What stands in the panel's database.
    package struct Report: Sendable {
        package var isInstalled: Bool
        /// Whether tables and triggers are as an installation would make them now.
        package var isIntact: Bool
        package var owner: String?
        package var incarnation: String?
        /// Rows that wait in the log.
        package var rows: Int64
        package var tables: [String]
        package var notes: [String]
    }

    private let source: SourceName
    private let plan: MariaDBPlan
    private let secret: @Sendable (String) -> String?

    /// - Parameter secret: gives the value of a named secret.
    /// - Throws: `DiagnosticList` where the settings cannot be used.
    package init(settings: SourceSettings, secret: @escaping @Sendable (String) -> String?) throws(DiagnosticList) {
        source = settings.name
        plan = try MariaDBPlan(settings)
        self.secret = secret
    }

    /// Whether the source's changes are recorded by triggers.
    package var isUsed: Bool { plan.capture == .changeTable }

    /// What an administrator must run, as the command-line client takes it.
    /// - Throws: `MariaDBProblem`.
    package func script() throws -> String {
        try asUser { connection in
            let state = try expected(on: connection)
            return Self.script(
                state.installation(incarnation: Incarnation.random()) + grants(to: Self.account(of: connection)))
        }
    }

    /// What an administrator must run to take it all away.
    package func removalScript(keepLog: Bool) throws -> String {
        try asUser { connection in
            let state = try ChangeLogState(of: plan.interpreter().watches, on: connection)
            return Self.script(state.removal(keepLog: keepLog))
        }
    }

    /// Makes tables and triggers what they ought to be.
    /// - Throws: `MariaDBProblem`.
    package func install(as administrator: Administrator) throws {
        try run(as: administrator) { connection, user in
            try expected(on: connection).installation(incarnation: Incarnation.random())
                + (administrator.user == plan.address.user ? [] : grants(to: user))
        }
    }

    /// Takes the triggers away, and the log unless it is to be kept.
    package func remove(as administrator: Administrator, keepLog: Bool) throws {
        try run(as: administrator) { connection, _ in
            try ChangeLogState(of: plan.interpreter().watches, on: connection).removal(keepLog: keepLog)
        }
    }

    /// Makes the log another state file's.
    package func takeOver(for stateID: String) throws {
        try asUser { connection in
            try ChangeLogOwner.read(on: connection, source: source)
                .claim(for: stateID, on: connection, source: source, takeOver: true)
        }
    }

    package func status() throws -> Report {
        try asUser { connection in
            let state = try ChangeLogState(of: plan.interpreter().watches, on: connection)
            let owner = state.isInstalled ? try ChangeLogOwner.read(on: connection, source: source) : nil
            let log = "\(plan.address.database.sqlName).\(ChangeLog.log)"
            let rows = state.isInstalled ? try connection.value("SELECT COUNT(*) FROM \(log)") : nil
            var notes = state.missing.map {
                "the table \($0) does not exist, or \(plan.address.user) may not read it"
            }
            if let refusal = state.refusal { notes.append(refusal.description) }
            if state.isBlind { notes.append(MariaDBProblem.noTrigger(on: connection).description) }
            return Report(
                isInstalled: state.isInstalled, isIntact: state.isIntact && state.refusal == nil,
                owner: owner.flatMap { $0.owner.isEmpty ? nil : $0.owner }, incarnation: owner?.incarnation,
                rows: rows.flatMap { Int64($0) } ?? 0, tables: state.wanted.map(\.table),
                notes: notes)
        }
    }

    /// What the source's own user needs, and nothing else.
    private func grants(to account: String) -> [String] { Self.grants(to: account, on: plan.address.database) }

    static func grants(to account: String, on database: String) -> [String] {
        let name = database.sqlName
        return [
            // Without TRIGGER nobody sees whether triggers are still there.
            "GRANT SELECT, TRIGGER ON \(name).* TO \(account)",
            "GRANT DELETE ON \(name).\(ChangeLog.log) TO \(account)",
            "GRANT UPDATE ON \(name).\(ChangeLog.owner) TO \(account)",
        ]
    }

    private static func account(of connection: MariaDBConnection) -> String {
        Account.inSQL(connection.account ?? connection.address.user)
    }

    /// Triggers hold semicolons: another mark ends a statement.
    private static func script(_ statements: [String]) -> String {
        "DELIMITER $$\n" + statements.map { "\($0) $$\n" }.joined() + "DELIMITER ;\n"
    }

    private func run(
        as administrator: Administrator, _ statements: (MariaDBConnection, String) throws -> [String]
    ) throws {
        let user = Self.account(of: try connect())
        var address = plan.address
        address.user = administrator.user
        do {
            let connection = try MariaDBConnection(to: address, password: administrator.password)
            for statement in try statements(connection, user) { try connection.query(statement) }
        } catch let error as MariaDBError {
            guard error.code != UInt32(ER_LOCK_WAIT_TIMEOUT) else {
                throw MariaDBProblem.inUse(server: address.words, source: source.rawValue)
            }
            throw MariaDBProblem.administration(
                server: address.words, user: address.user, reason: error.message, source: source.rawValue)
        }
    }

    /// What stands there, where triggers can be made of it.
    private func expected(on connection: MariaDBConnection) throws -> ChangeLogState {
        let state = try ChangeLogState(of: plan.interpreter().watches, on: connection)
        if let refusal = state.refusal ?? state.hazard { throw refusal }
        guard !state.wanted.isEmpty || state.missing.isEmpty else {
            throw MariaDBProblem(
                MariaDBError(
                    code: UInt32(ER_TABLEACCESS_DENIED_ERROR), message: "none of those that are watched is seen",
                    account: connection.account), at: connection.address)
        }
        return state
    }

    /// - Throws: `MariaDBProblem`, in place of the server's own errors.
    private func asUser<Result>(_ body: (MariaDBConnection) throws -> Result) throws -> Result {
        let connection = try connect()
        do {
            return try body(connection)
        } catch let error as MariaDBError {
            throw MariaDBProblem(error, at: connection.address)
        }
    }

    private func connect() throws -> MariaDBConnection {
        do {
            return try MariaDBConnection(to: plan.address, password: plan.password.map { secret($0) ?? "" })
        } catch {
            throw MariaDBProblem(error, at: plan.address)
        }
    }
}
