import ArgumentParser
import CallbackCore
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

    func run() throws {
        let loaded = try LoadedConfiguration.usable(path: configuration.path)
        let settings = try SourceChoice.settings(source, in: loaded.configuration)
        guard settings.kind == SQLiteSource.kind else {
            throw VerbFailure(.usage, NothingToInstall(source: settings).description)
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
}
