package import CallbackCore
import FoundationEssentials
import Glibc

/// Holds a configuration against the machine: directories, secrets and the group that it names.
///
/// Databases and hook files are judged by the parts that use them.
package struct EnvironmentCheck: Sendable {
    private let severity: Diagnostic.Severity
    private let secrets: SecretReader

    /// - Parameters:
    ///   - severity: `warning` where only words are judged, `error` where the daemon is to run here.
    ///   - environment: for secrets that are kept there.
    package init(
        severity: Diagnostic.Severity,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) {
        self.severity = severity
        secrets = SecretReader(environment: environment)
    }

    /// What is missing or unsafe on this machine. Reads file modes and secrets; changes nothing.
    package func diagnostics(for configuration: Configuration) -> [Diagnostic] {
        var found = stateDirectory(configuration.statePath)
        found += socketDirectory(configuration.control.socketPath)
        found += group(configuration.control.group)
        found += secrets.read(configuration.secrets).diagnostics
        return found.map { diagnostic in
            var diagnostic = diagnostic
            diagnostic.severity = severity
            return diagnostic
        }
    }

    private func stateDirectory(_ path: String) -> [Diagnostic] {
        let directory = FilePath.directory(of: path)
        guard let mode = Self.mode(of: directory) else {
            return [
                Diagnostic(
                    .error, .stateDirectory, "the directory of the state file does not exist: \"\(directory)\"",
                    at: nil,
                    help: "install -d -m 0750 -o USER '\(directory)', with the user that callbackd runs as")
            ]
        }
        guard mode & S_IFMT == S_IFDIR else {
            return [
                Diagnostic(
                    .error, .stateDirectory, "the directory of the state file is not a directory: \"\(directory)\"",
                    at: nil)
            ]
        }
        return []
    }

    private func socketDirectory(_ path: String) -> [Diagnostic] {
        let directory = FilePath.directory(of: path)
        guard let mode = Self.mode(of: directory) else {
            // It is made at start, but only it, not what is above it.
            let parent = FilePath.directory(of: directory)
            guard Self.mode(of: parent).map({ $0 & S_IFMT == S_IFDIR }) == true else {
                return [
                    Diagnostic(
                        .error, .socketDirectory,
                        "the directory of the control socket cannot be made: \"\(directory)\"",
                        at: nil, help: "make its parent directory first")
                ]
            }
            return []
        }
        guard mode & S_IFMT == S_IFDIR else {
            return [
                Diagnostic(
                    .error, .socketDirectory,
                    "the directory of the control socket is not a directory: \"\(directory)\"",
                    at: nil)
            ]
        }
        guard mode & 0o022 == 0 else {
            return [
                Diagnostic(
                    .error, .socketDirectory,
                    "group or others can write to the directory of the control socket: \"\(directory)\"", at: nil,
                    help: "chmod go-w '\(directory)', or put the socket into a directory of its own")
            ]
        }
        return []
    }

    private func group(_ name: String?) -> [Diagnostic] {
        guard let name else { return [] }
        var entry = Glibc.group()
        var found: UnsafeMutablePointer<Glibc.group>?
        var buffer = [CChar](repeating: 0, count: 64 * 1024)
        guard getgrnam_r(name, &entry, &buffer, buffer.count, &found) != 0 || found == nil else { return [] }
        return [
            Diagnostic(
                .error, .unknownGroup, "the group of the control socket does not exist: \"\(name)\"", at: nil,
                help: "groupadd --system '\(name)'")
        ]
    }

    private static func mode(of path: String) -> mode_t? {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode : nil
    }
}
