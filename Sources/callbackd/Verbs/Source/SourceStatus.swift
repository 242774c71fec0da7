import ArgumentParser
import CallbackCore
import CallbackSources

/// `callbackd source status`
struct SourceStatusVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "What stands in the panels' databases: triggers, log, tables.")

    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var json: JSONFlag

    @Argument(help: "Names of sources; all where none is given.")
    var sources: [String] = []

    func run() throws {
        let settings = try LoadedConfiguration.load(path: configuration.path)
        let chosen =
            sources.isEmpty
            ? settings.sources : try sources.map { try SourceChoice.settings($0, in: settings) }
        let reports = try chosen.map { source in
            (source.name, try SQLiteInstallation(settings: source, timekeeper: SystemTimekeeper()).status())
        }
        if json.isOn {
            JSONOutput.print(reports.map { name, report in report.json(name) })
        } else {
            for (name, report) in reports { report.show(name) }
        }
        guard reports.allSatisfy({ $0.1.isInstalled && $0.1.isIntact }) else {
            throw ExitCode(ExitStatus.checkFailed.rawValue)
        }
    }
}

extension SQLiteInstallation.Report {
    fileprivate func json(_ name: SourceName) -> JSONValue {
        .object([
            "source": .string(name.rawValue), "installed": .bool(isInstalled), "intact": .bool(isIntact),
            "owner": owner.map { .string($0) } ?? .null, "incarnation": incarnation.map { .string($0) } ?? .null,
            "rows": .integer(rows), "first": firstPosition.map { .integer($0) } ?? .null,
            "last": lastPosition.map { .integer($0) } ?? .null, "tables": .array(tables.map { .string($0) }),
            "notes": .array(notes.map { .string($0) }),
        ])
    }

    fileprivate func show(_ name: SourceName) {
        let palette = Terminal.palette()
        let state =
            !isInstalled
            ? palette(.red, "not installed")
            : isIntact ? palette(.green, "installed") : palette(.red, "triggers are missing or out of date")
        Terminal.print("\(palette(.bold, name.rawValue)): \(state)")
        Terminal.print("  tables  \(tables.joined(separator: ", "))")
        if isInstalled { Terminal.print("  log     \(rows) rows, up to position \(lastPosition ?? 0)") }
        for note in notes { Terminal.print("  note    \(note)") }
    }
}
