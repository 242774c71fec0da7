import CallbackActions
import CallbackConfig
import CallbackCore
import CallbackSources
import Glibc
import HookProtocol

/// Judges what the words of a configuration name on this machine: files, directories, secrets, hooks, databases.
enum Surroundings {
    static func diagnostics(of configuration: Configuration, severity: Diagnostic.Severity) -> [Diagnostic] {
        EnvironmentCheck(severity: severity).diagnostics(for: configuration)
            + hooks(of: configuration, severity)
            + HookUserCheck(severity: severity).diagnostics(of: configuration)
            + databases(of: configuration, severity)
    }

    private static func hooks(of configuration: Configuration, _ severity: Diagnostic.Severity) -> [Diagnostic] {
        configuration.targets.filter { $0.kind == CommandDescription.kind }.compactMap { target in
            guard let program = target.settings.texts("run")?.first, !program.contains("{{"),
                let objection = HookFileCheck.objection(to: program, owners: HookUserCheck.owners(of: target))
            else { return nil }
            return Diagnostic(
                severity, SurroundingsCode.hookFile.rawValue, "target \"\(target.name)\": \(objection)",
                at: target.place)
        }
    }

    /// A database that is not there yet is a warning: it may have been seen before, and `run` knows.
    private static func databases(of configuration: Configuration, _ severity: Diagnostic.Severity) -> [Diagnostic] {
        configuration.sources.compactMap { source in
            guard let path = source.settings.text("path") else { return nil }
            if access(path, F_OK) != 0 {
                return Diagnostic(
                    .warning, SurroundingsCode.noDatabase.rawValue,
                    "source \"\(source.name)\": there is no database at \(path)", at: source.place)
            }
            guard folder(of: path) == folder(of: configuration.statePath) else { return nil }
            return Diagnostic(
                .warning, SurroundingsCode.sharedDirectory.rawValue,
                "source \"\(source.name)\": the panel's database and the state file share a directory, so each write "
                    + "of one wakes the watch of the other", at: source.place)
        }
    }

    /// The log in a panel's database belongs to one source.
    static func sharedDatabases(of configuration: Configuration) -> [Diagnostic] {
        var owners: [String: SourceName] = [:]
        return configuration.sources.compactMap { source in
            guard let path = source.settings.text("path") else { return nil }
            guard let first = owners[path] else {
                owners[path] = source.name
                return nil
            }
            return Diagnostic(
                .error, SurroundingsCode.sharedDatabase.rawValue,
                "source \"\(source.name)\" watches the same database as \"\(first)\": \(path)",
                at: source.place, help: "give one source both `profile:` and `tables:`")
        }
    }

    private static func folder(of path: String) -> Substring {
        path.lastIndex(of: "/").map { path[..<$0] } ?? "."
    }
}
