package import CallbackCore
package import CallbackRows

/// What `callbackd source install|remove|status` does, without a running daemon.
package struct SQLiteInstallation: Sendable {
    /// What stands in a panel's database.
    package struct Report: Sendable, Hashable {
        package var isInstalled: Bool
        /// Whether every trigger is there and up to date.
        package var isIntact: Bool
        package var owner: String?
        package var incarnation: String?
        package var rows: Int64
        package var firstPosition: Int64?
        package var lastPosition: Int64?
        package var tables: [String]
        /// Missing tables, and what cannot be seen, in sentences.
        package var notes: [String]
    }

    private let name: SourceName
    private let plan: SQLitePlan
    private let timekeeper: any Timekeeper

    /// - Throws: `DiagnosticList` where the settings cannot be used.
    package init(settings: SourceSettings, timekeeper: any Timekeeper) throws(DiagnosticList) {
        name = settings.name
        plan = try SQLitePlan(settings)
        self.timekeeper = timekeeper
    }

    /// Installs the triggers, or mends them; changes committed from then on will be delivered.
    /// - Throws: `SourceError`, or what the intake throws.
    package func install(into intake: any SourceIntake, takeOver: Bool) throws {
        try worded {
            let (connection, _) = try DatabaseFile.open(path: plan.path)
            connection.setPatience(milliseconds: 5000)
            var interpreter = plan.tables.interpreter(isEmbeddedPanel: true)
            _ = try Installation(source: name, connection: connection, timekeeper: timekeeper)
                .begin(with: intake, interpreter: &interpreter, mayInstall: true, takeOver: takeOver)
            let watch = try SQLiteWatch(
                source: name, path: plan.path, intake: intake,
                interpreter: plan.tables.interpreter(isEmbeddedPanel: true), mayInstall: true,
                takeOver: takeOver, stopSignal: StopSignal(), timekeeper: timekeeper)
            _ = try watch.turn()
        }
    }

    /// Takes the triggers away, and the log too unless `keepLog`: then what it holds is still read later, and columns
    /// can be dropped meanwhile.
    /// - Throws: `SourceError`.
    package func remove(keepLog: Bool) throws {
        try worded {
            let (connection, _) = try DatabaseFile.open(path: plan.path)
            connection.setPatience(milliseconds: 5000)
            try connection.asWriter {
                try TriggerSet(connection: connection, tables: []).remove()
                let log = LogTable(connection: connection)
                guard keepLog else { return try log.drop() }
                guard try log.exists, var owner = try LogOwner.read(on: connection) else { return }
                owner.removedAt = timekeeper.now().milliseconds
                try owner.write(on: connection, at: timekeeper.now().milliseconds)
            }
        }
    }

    /// - Throws: `SourceError`.
    package func status() throws -> Report {
        try worded {
            let (connection, _) = try DatabaseFile.open(path: plan.path)
            let survey = try Survey(plan.tables.interpreter(isEmbeddedPanel: true).watches, on: connection)
            let log = LogTable(connection: connection)
            let notes = SQLiteWatch.notes(on: survey)
            let tables = survey.tables.map(\.layout.table)
            guard try log.exists, let owner = try LogOwner.read(on: connection) else {
                return Report(isInstalled: false, isIntact: false, rows: 0, tables: tables, notes: notes)
            }
            let first = try log.first()?.position
            let last = try log.last()?.position
            let condition = try TriggerSet(connection: connection, tables: survey.tables).condition()
            return Report(
                isInstalled: true, isIntact: condition == .intact, owner: owner.owner,
                incarnation: owner.incarnation, rows: (last ?? 0) - (first ?? 1) + 1, firstPosition: first,
                lastPosition: last, tables: tables, notes: notes)
        }
    }

    /// Which events of the profile this database can show; nil without the profile.
    /// - Throws: `SourceError`.
    package func survey() throws -> PleskSurvey? {
        guard plan.tables.hasPleskProfile else { return nil }
        return try worded {
            let (connection, _) = try DatabaseFile.open(path: plan.path)
            return try PleskSurvey(of: connection, isEmbeddedPanel: true)
        }
    }

    private func worded<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch {
            throw SourceError.of(error, path: plan.path) ?? error
        }
    }
}
