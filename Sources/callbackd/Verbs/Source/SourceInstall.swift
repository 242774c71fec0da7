import ArgumentParser
import CallbackCore
import CallbackEngine
import CallbackMariaDB
import CallbackSources
import CallbackStore

/// `callbackd source install`
struct SourceInstall: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "install",
        abstract: "Install the triggers in a panel's database, or mend them.",
        discussion: "What is committed from then on is delivered, also if `run` starts later.")

    @OptionGroup var configuration: ConfigurationOption

    @Argument(help: "The source's name.")
    var source: String

    @Flag(help: "Take the log over from another state file. What that one has not delivered yet is read from the log.")
    var takeOver = false

    @OptionGroup var administrator: AdministratorOptions

    func run() throws {
        let loaded = try LoadedConfiguration.usable(path: configuration.path)
        let settings = try SourceChoice.settings(source, in: loaded.configuration)
        if settings.kind == MariaDBSource.kind { return try installTriggers(settings, loaded) }
        guard settings.kind == SQLiteSource.kind else {
            throw VerbFailure(.usage, NothingToInstall(source: settings).description)
        }
        guard !administrator.isUsed else {
            throw VerbFailure(.usage, "\(source) is a \(settings.kind): --admin and --print are for MariaDB")
        }
        if StateLock.holder(statePath: loaded.configuration.statePath) != nil {
            return try Change(loaded.configuration).perform(.installSource(source: source, takeOver: takeOver))
                .show(json: false)
        }
        try OfflineIntake.use(loaded, source: settings.name) { intake in
            try SQLiteInstallation(settings: settings, timekeeper: SystemTimekeeper())
                .install(into: intake, takeOver: takeOver)
        }
        Terminal.print("\(source): installed")
    }

    /// The triggers of a MariaDB source.
    private func installTriggers(_ settings: SourceSettings, _ loaded: UsableConfiguration) throws {
        let secrets = try SecretValues(of: loaded.configuration)
        let installation = try ChangeTableInstallation(settings: settings) { secrets($0) }
        guard installation.isUsed else {
            throw VerbFailure(.usage, NothingToInstall(source: settings).description)
        }
        if administrator.print { return Terminal.print(try installation.script()) }
        if takeOver {
            try OfflineIntake.use(loaded, source: settings.name) { try installation.takeOver(for: $0.stateID) }
            return Terminal.print("\(source): taken over")
        }
        try installation.install(as: try administrator.administrator(of: source, for: "install"))
        Terminal.print("\(source): installed")
    }
}
