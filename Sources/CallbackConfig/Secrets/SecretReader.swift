package import CallbackCore
import FoundationEssentials
import Glibc

/// Fetches secrets from where the configuration says that they are kept.
package struct SecretReader: Sendable {
    /// Larger files are no secrets.
    static let sizeLimit = 64 * 1024

    private let environment: [String: String]

    /// - Parameter environment: for `env:`, and for `CREDENTIALS_DIRECTORY`, in which systemd lays credentials.
    package init(environment: [String: String] = ProcessInfo.processInfo.environment) {
        self.environment = environment
    }

    /// Loads all secrets. Those that cannot be loaded are absent, and there is a diagnostic for each, by place.
    package func read(_ references: [String: SecretReference]) -> (secrets: Secrets, diagnostics: [Diagnostic]) {
        var loaded: [String: Secret] = [:]
        var diagnostics: [Diagnostic] = []
        for (name, reference) in references.sorted(by: { ($0.value.place, $0.key) < ($1.value.place, $1.key) }) {
            switch read(reference, name: name) {
            case .success(let secret): loaded[name] = secret
            case .failure(let list): diagnostics += list.diagnostics
            }
        }
        return (Secrets(loaded), diagnostics)
    }

    /// Loads one secret with its previous ones.
    package func read(_ reference: SecretReference, name: String) -> Result<Secret, DiagnosticList> {
        var problems: [Diagnostic] = []
        func load(_ location: SecretReference.Location, _ owner: String) -> SecretValue? {
            switch value(at: location) {
            case .success(let value): return value
            case .failure(let problem):
                problems.append(
                    Diagnostic(
                        .error, problem.code, "\(owner): \(problem.message)", at: reference.place, help: problem.help))
                return nil
            }
        }
        let current = load(reference.location, "secret \"\(name)\"")
        let previous = reference.previous.compactMap { previous in
            load(previous.location, "a previous secret of \"\(name)\"").map {
                Secret.Previous(value: $0, until: previous.until)
            }
        }
        guard let current, problems.isEmpty else { return .failure(DiagnosticList(problems)) }
        return .success(Secret(current: current, previous: previous))
    }

    struct Problem: Error {
        var code: DiagnosticCode
        var message: String
        var help: String?
    }

    private func value(at location: SecretReference.Location) -> Result<SecretValue, Problem> {
        switch location {
        case .file(let path): return Self.file(path, refusesOthers: true)
        case .environment(let name):
            guard let text = environment[name] else {
                return .failure(
                    Problem(
                        code: .secretUnavailable, message: "the environment variable \(name) is not set",
                        help: "set it for the daemon, in its unit by Environment= or EnvironmentFile="))
            }
            return Self.checked(text, "the environment variable \(name)")
        case .credential(let name):
            guard let directory = environment["CREDENTIALS_DIRECTORY"], !directory.isEmpty else {
                return .failure(
                    Problem(
                        code: .secretUnavailable, message: "there is no credentials directory for \"\(name)\"",
                        help: "add LoadCredential=\(name):PATH to the unit; systemd then sets CREDENTIALS_DIRECTORY"))
            }
            // systemd guards that directory itself.
            return Self.file(directory + "/" + name, refusesOthers: false)
        }
    }

    private static func file(_ path: String, refusesOthers: Bool) -> Result<SecretValue, Problem> {
        // Without O_NONBLOCK, opening a pipe would wait for its other end.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else { return .failure(unreadable(path, FileFailure(errno: errno))) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return .failure(unreadable(path, FileFailure(errno: errno))) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            return .failure(unreadable(path, FileFailure(reason: "it is not a regular file")))
        }
        // Judged on the open file, so that nobody can exchange it in between.
        guard !refusesOthers || status.st_mode & 0o004 == 0 else {
            return .failure(
                Problem(
                    code: .secretReadableByOthers, message: "the file \"\(path)\" can be read by every user",
                    help: "chmod o-rwx '\(path)'"))
        }
        switch readAll(descriptor, limit: sizeLimit) {
        case .failure(let failure): return .failure(unreadable(path, failure))
        case .success(let bytes):
            guard bytes.count <= sizeLimit else {
                return .failure(unreadable(path, FileFailure(reason: "it is larger than 64 KiB")))
            }
            guard let text = String(validating: withoutLineEnd(bytes), as: UTF8.self) else {
                return .failure(unreadable(path, FileFailure(reason: "it is not UTF-8 text")))
            }
            return checked(text, "the file \"\(path)\"")
        }
    }

    /// Without one line end, as editors add it.
    private static func withoutLineEnd(_ bytes: [UInt8]) -> ArraySlice<UInt8> {
        guard bytes.last == UInt8(ascii: "\n") else { return bytes[...] }
        let rest = bytes.dropLast()
        return rest.last == UInt8(ascii: "\r") ? rest.dropLast() : rest
    }

    private static func checked(_ text: String, _ place: String) -> Result<SecretValue, Problem> {
        guard !text.isEmpty else {
            return .failure(Problem(code: .secretUnavailable, message: "\(place) is empty", help: nil))
        }
        return .success(SecretValue(text))
    }

    private static func unreadable(_ path: String, _ failure: FileFailure) -> Problem {
        Problem(code: .secretUnavailable, message: "cannot read the file \"\(path)\": \(failure.reason)", help: nil)
    }
}
