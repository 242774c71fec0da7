package import CallbackCore
package import CallbackRows

/// What a server allows: which of the two ways changes can be seen, what each lacks, and which events there are.
package struct ServerExamination: Sendable {
    /// One of the ways, with what stands in its way.
    package struct Way: Sendable {
        package let capture: String
        /// What it costs the panel, in one sentence.
        package let cost: String
        /// What is missing, in sentences; empty where it works.
        package fileprivate(set) var obstacles: [String] = []
        /// Statements that an administrator must run.
        package fileprivate(set) var statements: [String] = []
        /// Lines for the server's my.cnf, below [mariadbd]; the server must be restarted with them.
        package fileprivate(set) var settings: [String] = []
        /// What should be known of it although it works, in sentences.
        package fileprivate(set) var notes: [String] = []

        package var isPossible: Bool { obstacles.isEmpty }
    }

    package let server: String
    /// The server's own version, and the account that it takes us for.
    package let version: String
    package let account: String
    package let isEncrypted: Bool
    /// How the configuration says that changes are seen.
    package let chosen: String
    package let ways: [Way]
    /// Days for which binlogs are kept; nil where they are kept for ever, or where there are none.
    package let binlogDays: Double?
    /// Tables that are asked for and cannot be seen.
    package let missingTables: [String]
    /// Nil without the profile.
    package let survey: PleskSurvey?

    /// Whether the way that the configuration chose works.
    package var isHealthy: Bool { ways.contains { $0.capture == chosen && $0.isPossible } }

    /// Asks the server.
    /// - Throws: `MariaDBProblem` where nobody can be asked, `DiagnosticList` where the settings cannot be used.
    package init(settings: SourceSettings, secret: (String) -> String?) throws {
        let plan = try MariaDBPlan(settings)
        do {
            let connection = try MariaDBConnection(to: plan.address, password: plan.password.map { secret($0) ?? "" })
            try self.init(plan, settings.name, connection)
        } catch let error as MariaDBError {
            throw MariaDBProblem(error, at: plan.address)
        }
    }

    private init(_ plan: MariaDBPlan, _ source: SourceName, _ connection: MariaDBConnection) throws {
        let address = plan.address
        server = address.words
        chosen = plan.capture.rawValue
        isEncrypted = connection.isEncrypted
        let user = try connection.value("SELECT CURRENT_USER()") ?? address.user
        account = user
        version = try connection.value("SELECT VERSION()") ?? "?"
        guard try !connection.query("SHOW GLOBAL VARIABLES LIKE 'gtid_binlog_pos'").isEmpty else {
            throw MariaDBProblem.notMariaDB(address.words)
        }
        let rights = try GrantedRights(of: connection)
        let state = try ChangeLogState(of: plan.interpreter().watches, on: connection)
        // Without the right to read them, nobody knows which tables there are.
        let seesTables = rights.maySelect || !state.wanted.isEmpty
        missingTables = seesTables ? state.missing : []
        survey =
            plan.tables.hasPleskProfile && seesTables
            ? try PleskSurvey(of: connection, isEmbeddedPanel: false) : nil
        var variables: [String: String] = [:]
        for row in try connection.query(
            "SHOW GLOBAL VARIABLES WHERE Variable_name IN ('log_bin', 'binlog_format', 'binlog_row_image', "
                + "'binlog_row_metadata', 'binlog_expire_logs_seconds', 'expire_logs_days')")
        {
            if let name = row[0], let value = row[1] { variables[name.lowercased()] = value }
        }
        binlogDays = Self.days(variables)
        let name = Account.inSQL(user)
        ways = [
            Self.binlog(variables, try BinlogFilter.find(on: connection), rights, name, address.database),
            Self.changeTable(state, rights, name, address.database, source),
        ]
    }

    private static func days(_ variables: [String: String]) -> Double? {
        guard variables["log_bin"] == "ON" else { return nil }
        if let seconds = variables["binlog_expire_logs_seconds"].flatMap({ Double($0) }), seconds > 0 {
            return seconds / 86_400
        }
        return variables["expire_logs_days"].flatMap { Double($0) }.flatMap { $0 > 0 ? $0 : nil }
    }

    private static func binlog(
        _ variables: [String: String],
        _ filter: BinlogFilter?,
        _ rights: GrantedRights,
        _ account: String,
        _ database: String
    ) -> Way {
        var way = Way(
            capture: MariaDBPlan.Capture.binlog.rawValue,
            cost: "nothing is written into the panel's database; the server writes a binlog, and a reader follows it")
        if variables["log_bin"] != "ON" {
            way.obstacles.append("the server keeps no binlog")
            way.settings += ["log_bin", "binlog_expire_logs_seconds=604800"]
        }
        if let format = variables["binlog_format"], format != "ROW" {
            way.obstacles.append("the binlog is written as \(format), which does not show rows")
            way.settings.append("binlog_format=ROW")
            way.statements.append("SET GLOBAL binlog_format = 'ROW'")
        }
        if let image = variables["binlog_row_image"], image != "FULL" {
            way.obstacles.append("the binlog leaves out columns (binlog_row_image=\(image))")
            way.settings.append("binlog_row_image=FULL")
            way.statements.append("SET GLOBAL binlog_row_image = 'FULL'")
        }
        if let filter, filter.leavesOut(database) {
            way.obstacles.append(
                "the binlog leaves \(database) out (\(filter.words)): take that out of the server's my.cnf, and "
                    + "restart it")
        } else if let filter {
            if !filter.isEmpty { way.notes.append(filter.note) }
        } else if variables["log_bin"] == "ON" {
            way.notes.append(
                "\(account) may not see whether binlog_do_db or binlog_ignore_db leave \(database) out: let an "
                    + "administrator run \(BinlogFilter.statement), whose last two columns must be empty")
        }
        if !rights.mayReplicate {
            way.obstacles.append("\(account) may not read the binlog")
            way.statements.append("GRANT REPLICATION SLAVE ON *.* TO \(account)")
        }
        if !rights.maySelect {
            way.obstacles.append("\(account) may not read all tables of \(database)")
            way.statements.append("GRANT SELECT ON \(database.sqlName).* TO \(account)")
        }
        if variables["binlog_row_metadata"] != "FULL" {
            // It works without: the columns' names are then asked for.
            way.settings.append("binlog_row_metadata=FULL")
            way.statements.append("SET GLOBAL binlog_row_metadata = 'FULL'")
        }
        return way
    }

    private static func changeTable(
        _ state: ChangeLogState,
        _ rights: GrantedRights,
        _ account: String,
        _ database: String,
        _ source: SourceName
    ) -> Way {
        var way = Way(
            capture: MariaDBPlan.Capture.changeTable.rawValue,
            cost: "triggers write each change a second time: the panel's bulk writes take about three times as long; "
                + "rows are events by themselves, because triggers do not know transactions")
        if let hazard = state.hazard { way.obstacles.append(hazard.description) }
        let grants = ChangeTableInstallation.grants(to: account, on: database)
        if !rights.maySelect || !rights.maySeeTriggers {
            way.obstacles.append("\(account) may not read all tables of \(database), or not see its triggers")
            way.statements.append(grants[0])
        }
        guard state.isInstalled else {
            // Nothing can be granted on tables that are not there.
            way.obstacles.append("its triggers are not installed: \(Self.advice(source))")
            return way
        }
        if !rights.mayDelete {
            way.obstacles.append("\(account) may not take rows out of the log")
            way.statements.append(grants[1])
        }
        if !rights.mayUpdate {
            way.obstacles.append("\(account) may not write down whose log it is")
            way.statements.append(grants[2])
        }
        if !state.isIntact, !state.isBlind {
            way.obstacles.append("its triggers are not as they ought to be: \(Self.advice(source))")
        }
        return way
    }

    private static func advice(_ source: SourceName) -> String {
        "see `callbackd source install \(source) --print` for all statements that an administrator must run"
    }
}

/// What a user may do, from the words of SHOW GRANTS.
struct GrantedRights {
    private(set) var mayReplicate = false
    private(set) var maySelect = false
    private(set) var maySeeTriggers = false
    /// Those of the whole database, or of one of its tables.
    private(set) var maySeeSomeTriggers = false
    private(set) var mayDelete = false
    private(set) var mayUpdate = false

    init(of connection: MariaDBConnection) throws(MariaDBError) {
        self.init(
            try connection.query("SHOW GRANTS").compactMap { $0.first.flatMap { $0 } },
            database: connection.address.database)
    }

    init(_ grants: [String], database: String) {
        for grant in grants {
            guard let on = grant.firstRange(of: " ON "), grant.hasPrefix("GRANT ") else { continue }
            let words = grant[..<on.lowerBound].dropFirst(6).uppercased()
            let rights = Set(words.split(separator: ",").map { $0.trimmed })
            let rest = grant[on.upperBound...]
            let place = String(rest[..<(rest.firstRange(of: " TO ")?.lowerBound ?? rest.endIndex)])
            func has(_ right: String) -> Bool { rights.contains("ALL PRIVILEGES") || rights.contains(right) }
            let isEverywhere = place == "*.*"
            let isOfDatabase = isEverywhere || place == "\(database.sqlName).*" || place == Self.escaped(database)
            func isOf(_ table: String) -> Bool {
                isOfDatabase || place == "\(database.sqlName).\(table.sqlName)"
            }
            if isEverywhere, has("REPLICATION SLAVE") { mayReplicate = true }
            if isOfDatabase, has("SELECT") { maySelect = true }
            if isOfDatabase, has("TRIGGER") { maySeeTriggers = true }
            if isOfDatabase || place.hasPrefix("\(database.sqlName).`"), has("TRIGGER") { maySeeSomeTriggers = true }
            if isOf(ChangeLog.log), has("DELETE") { mayDelete = true }
            if isOf(ChangeLog.owner), has("UPDATE") { mayUpdate = true }
        }
    }

    /// Database names in grants are patterns.
    private static func escaped(_ database: String) -> String {
        database.replacing("_", with: "\\_").replacing("%", with: "\\%").sqlName + ".*"
    }
}

extension Substring {
    fileprivate var trimmed: String {
        String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}
