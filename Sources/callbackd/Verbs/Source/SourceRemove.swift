import ArgumentParser
import CallbackCore
import CallbackMariaDB
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

    @OptionGroup var administrator: AdministratorOptions

    func run() throws {
        let loaded = try LoadedConfiguration.usable(path: configuration.path)
        let settings = try SourceChoice.settings(source, in: loaded.configuration)
        if administrator.print, settings.kind == MariaDBSource.kind {
            let secrets = try SecretValues(of: loaded.configuration)
            return Terminal.print(
                try ChangeTableInstallation(settings: settings) { secrets($0) }.removalScript(keepLog: keepLog))
        }
        let remove = try removal(settings, loaded.configuration)
        // Under the state file's lock: a running daemon would install them again at once.
        try OfflineIntake.forget(loaded.configuration, source: settings.name, unless: keepLog) {
            try remove()
        }
        Terminal.print("\(source): removed\(keepLog ? ", the log is kept" : "")")
    }

    /// What is taken out of the place that the source watches; a licence API and a binlog hold nothing of ours.
    private func removal(
        _ settings: SourceSettings,
        _ configuration: Configuration
    ) throws -> () throws -> Void {
        if settings.kind == MariaDBSource.kind {
            let secrets = try SecretValues(of: configuration)
            let installation = try ChangeTableInstallation(settings: settings) { secrets($0) }
            if installation.isUsed {
                let administrator = try administrator.administrator(of: source, for: "remove")
                return { try installation.remove(as: administrator, keepLog: keepLog) }
            }
        }
        guard settings.kind == SQLiteSource.kind else {
            if keepLog {
                throw VerbFailure(.usage, "\(source) is a \(settings.kind), which keeps no log: leave --keep-log out")
            }
            return {}
        }
        let installation = try SQLiteInstallation(settings: settings, timekeeper: SystemTimekeeper())
        return { try installation.remove(keepLog: keepLog) }
    }
}
