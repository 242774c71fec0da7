import ArgumentParser
import CallbackCore
import CallbackSources

/// `callbackd source remove`
struct SourceRemove: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Take the triggers out of a panel's database.",
        discussion: "Without triggers nothing is seen: changes made meanwhile are lost.")

    @OptionGroup var configuration: ConfigurationOption

    @Argument(help: "The source's name.")
    var source: String

    @Flag(help: "Leave the log: what it holds is still read later.")
    var keepLog = false

    func run() throws {
        let loaded = try LoadedConfiguration.usable(path: configuration.path)
        let settings = try SourceChoice.settings(source, in: loaded.configuration)
        let installation = try SQLiteInstallation(settings: settings, timekeeper: SystemTimekeeper())
        // Under the state file's lock: a running daemon would install them again at once.
        try OfflineIntake.forget(loaded.configuration, source: settings.name, unless: keepLog) {
            try installation.remove(keepLog: keepLog)
        }
        Terminal.print("\(source): removed\(keepLog ? ", the log is kept" : "")")
    }
}
