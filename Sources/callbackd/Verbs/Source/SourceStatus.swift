import ArgumentParser
import CallbackCore
import CallbackMariaDB
import CallbackSources
import CallbackStore
import Glibc

/// `callbackd source status`
struct SourceStatusVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "What stands in the panels' databases: triggers, log, tables; which licences are known.")

    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var json: JSONFlag

    @Argument(help: "Names of sources; all where none is given.")
    var sources: [String] = []

    func run() throws {
        let settings = try LoadedConfiguration.load(path: configuration.path)
        let chosen =
            sources.isEmpty
            ? settings.sources : try sources.map { try SourceChoice.settings($0, in: settings) }
        let reports = try chosen.map { try report(on: $0, in: settings) }
        if json.isOn {
            JSONOutput.print(reports.map(\.json))
        } else {
            for report in reports { report.show() }
        }
        guard reports.allSatisfy(\.isWatchable) else { throw ExitCode(ExitStatus.checkFailed.rawValue) }
    }

    private func report(on source: SourceSettings, in configuration: Configuration) throws -> SourceReport {
        if source.kind == MariaDBSource.kind {
            let secrets = try SecretValues(of: configuration)
            let installation = try ChangeTableInstallation(settings: source) { secrets($0) }
            let snapshots = try snapshots(of: source.name, in: configuration)
            return installation.isUsed
                ? .triggers(source.name, try installation.status(), snapshots)
                : .binlog(try BinlogMemory(of: source.name, in: configuration), snapshots)
        }
        guard source.kind == SQLiteSource.kind else {
            return .licenses(try LicenseMemory(of: source.name, in: configuration))
        }
        let report = try SQLiteInstallation(settings: source, timekeeper: SystemTimekeeper()).status()
        return .database(source.name, report, try snapshots(of: source.name, in: configuration))
    }
}

extension SourceStatusVerb {
    /// What the state file remembers; nothing where there is none yet.
    private func snapshots(of source: SourceName, in configuration: Configuration) throws -> SnapshotMemory {
        guard access(configuration.statePath, F_OK) == 0 else { return SnapshotMemory([]) }
        return try OpenedState(configuration).queries.snapshots(of: source)
    }
}

/// What is to be said about one source.
private enum SourceReport {
    case database(SourceName, SQLiteInstallation.Report, SnapshotMemory)
    case licenses(LicenseMemory)
    case triggers(SourceName, ChangeTableInstallation.Report, SnapshotMemory)
    case binlog(BinlogMemory, SnapshotMemory)

    var isWatchable: Bool {
        switch self {
        case .database(_, let report, _): report.isInstalled && report.isIntact
        case .licenses(let memory): memory.hasBaseline
        case .triggers(_, let report, _): report.isInstalled && report.isIntact
        case .binlog(let memory, _): memory.hasBaseline
        }
    }

    var json: JSONValue {
        switch self {
        case .database(let name, let report, let snapshots): report.json(name, snapshots)
        case .licenses(let memory): memory.json
        case .triggers(let name, let report, let snapshots): report.json(name, snapshots)
        case .binlog(let memory, let snapshots): memory.json(snapshots)
        }
    }

    func show() {
        switch self {
        case .database(let name, let report, let snapshots): report.show(name, snapshots)
        case .licenses(let memory): memory.show()
        case .triggers(let name, let report, let snapshots): report.show(name, snapshots)
        case .binlog(let memory, let snapshots): memory.show(snapshots)
        }
    }
}

extension SQLiteInstallation.Report {
    fileprivate func json(_ name: SourceName, _ snapshots: SnapshotMemory) -> JSONValue {
        .object([
            "source": .string(name.rawValue), "installed": .bool(isInstalled), "intact": .bool(isIntact),
            "owner": owner.map { .string($0) } ?? .null, "incarnation": incarnation.map { .string($0) } ?? .null,
            "rows": .integer(rows), "first": firstPosition.map { .integer($0) } ?? .null,
            "last": lastPosition.map { .integer($0) } ?? .null, "tables": .array(tables.map { .string($0) }),
            "notes": .array(notes.map { .string($0) }),
            "snapshot": snapshots.run.map { .string($0.words) } ?? .null,
            "last_snapshot": snapshots.last.map { .string($0.words) } ?? .null,
        ])
    }

    fileprivate func show(_ name: SourceName, _ snapshots: SnapshotMemory) {
        let palette = Terminal.palette()
        let state =
            !isInstalled
            ? palette(.red, "not installed")
            : isIntact ? palette(.green, "installed") : palette(.red, "triggers are missing or out of date")
        Terminal.print("\(palette(.bold, name.rawValue)): \(state)")
        Terminal.print("  tables  \(tables.joined(separator: ", "))")
        if isInstalled { Terminal.print("  log     \(rows) rows, up to position \(lastPosition ?? 0)") }
        snapshots.show()
        for note in notes { Terminal.print("  note    \(note)") }
    }
}

extension ChangeTableInstallation.Report {
    fileprivate func json(_ name: SourceName, _ snapshots: SnapshotMemory) -> JSONValue {
        .object([
            "source": .string(name.rawValue), "installed": .bool(isInstalled), "intact": .bool(isIntact),
            "owner": owner.map { .string($0) } ?? .null, "incarnation": incarnation.map { .string($0) } ?? .null,
            "rows": .integer(rows), "tables": .array(tables.map { .string($0) }),
            "notes": .array(notes.map { .string($0) }),
            "snapshot": snapshots.run.map { .string($0.words) } ?? .null,
            "last_snapshot": snapshots.last.map { .string($0.words) } ?? .null,
        ])
    }

    fileprivate func show(_ name: SourceName, _ snapshots: SnapshotMemory) {
        let palette = Terminal.palette()
        let state =
            !isInstalled
            ? palette(.red, "not installed")
            : isIntact ? palette(.green, "installed") : palette(.red, "triggers are missing or out of date")
        Terminal.print("\(palette(.bold, name.rawValue)): \(state)")
        Terminal.print("  tables  \(tables.joined(separator: ", "))")
        if isInstalled { Terminal.print("  log     \(rows) rows wait") }
        snapshots.show()
        for note in notes { Terminal.print("  note    \(note)") }
    }
}

extension SnapshotMemory {
    func show() {
        if let run {
            Terminal.print("  snapshot  \(run.words.harmless)\(isStopping ? "; it is to end" : "")")
        } else if let last {
            Terminal.print("  snapshot  \(last.words.harmless)")
        }
    }
}
