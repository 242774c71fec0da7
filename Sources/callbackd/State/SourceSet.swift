import CallbackCore
import CallbackEngine
import CallbackMariaDB
import CallbackSources

/// The sources of a configuration, each made by its kind.
struct SourceSet {
    let configuration: Configuration
    let access: AccessInForce
    let timekeeper: any Timekeeper

    /// - Throws: what is wrong with the settings, or what the system lacks.
    func source(_ settings: SourceSettings) throws -> any Source {
        switch settings.kind {
        case LicenseSource.kind:
            try LicenseSource(
                settings: settings, timekeeper: timekeeper, egress: { [access] in access.egress },
                secret: { [access] in access.secret($0) })
        case MariaDBSource.kind:
            try MariaDBSource(
                settings: settings, timekeeper: timekeeper, secret: { [access] in access.secret($0) })
        default: try SQLiteSource(settings: settings, timekeeper: timekeeper)
        }
    }

    /// What `callbackd source install` does to each source of a running daemon.
    var installers: [SourceName: SourceInstaller] {
        get throws {
            var installers: [SourceName: SourceInstaller] = [:]
            for source in configuration.sources {
                guard source.kind == SQLiteSource.kind else {
                    installers[source.name] = { _, _ in throw NothingToInstall(source: source) }
                    continue
                }
                let installation = try SQLiteInstallation(settings: source, timekeeper: timekeeper)
                installers[source.name] = { try installation.install(into: $0, takeOver: $1) }
            }
            return installers
        }
    }
}

/// A source that leaves nothing where it looks.
struct NothingToInstall: Error, CustomStringConvertible {
    let source: SourceSettings

    var description: String {
        "\(source.name) is a \(source.kind), which has nothing to install: `callbackd run` takes what is there at its "
            + "first look as known, and tells what changes from then on"
    }
}
