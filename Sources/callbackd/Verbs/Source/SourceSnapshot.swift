import ArgumentParser
import CallbackCore
import CallbackMariaDB
import CallbackSources

/// `callbackd source snapshot`
struct SourceSnapshot: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "snapshot", abstract: "Read the rows that are there already, as events that end in `.existing`.",
        discussion: """
            Changes go on meanwhile, and no row is told in an older state after a newer one. Where no daemon runs, the next \
            `run` begins it. It goes on after a crash where it stopped; `status` shows how far it is. Exit 64 for a table \
            or a condition that cannot be read.
            """)

    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var json: JSONFlag

    @Argument(help: "The source's name.")
    var source: String

    @Option(name: .customLong("table"), help: "Only this table; may be repeated. Left out: all that give events.")
    var tables: [String] = []

    @Option(
        name: .customLong("where"),
        help: ArgumentHelp(
            "Only rows of the one --table for which this expression is true, such as \"status = 0\".", valueName: "sql")
    )
    var condition: String?

    @Flag(help: "End the snapshot that is asked for or under way.")
    var stop = false

    func validate() throws {
        guard condition == nil || tables.count == 1 else {
            throw ValidationError("--where is about the rows of one table: give one --table with it")
        }
        guard !stop || (tables.isEmpty && condition == nil) else {
            throw ValidationError("--stop ends the whole snapshot: leave --table and --where out")
        }
    }

    func run() throws {
        let loaded = try LoadedConfiguration.load(path: configuration.path)
        let settings = try SourceChoice.settings(source, in: loaded)
        guard settings.kind != LicenseSource.kind else {
            throw VerbFailure(
                .usage, "\(source) is a \(settings.kind): it has no rows; snapshots are read of databases")
        }
        guard !stop else {
            return try Change(loaded).perform(.stopSnapshot(source: source)).show(json: json.isOn)
        }
        let asked = tables.map { SnapshotRun.Table(name: $0, condition: condition) }
        if let objection = try objection(to: asked, settings, loaded) { throw VerbFailure(.usage, objection) }
        try Change(loaded).perform(.snapshot(source: source, tables: asked)).show(json: json.isOn)
    }

    private func objection(
        to tables: [SnapshotRun.Table], _ settings: SourceSettings, _ configuration: Configuration
    ) throws -> String? {
        guard settings.kind == MariaDBSource.kind else {
            return try SnapshotCheck(settings: settings).objection(to: tables)
        }
        let secrets = try SecretValues(of: configuration)
        return try MariaDBSnapshotCheck(settings: settings) { secrets($0) }.objection(to: tables)
    }
}
