import CallbackConfig
import CallbackCore

/// The secrets of a configuration, for verbs that log in where a source does.
struct SecretValues: Sendable {
    private let secrets: Secrets

    /// - Throws: `VerbFailure` where one cannot be read.
    init(of configuration: Configuration) throws {
        let (secrets, problems) = SecretReader().read(configuration.secrets)
        guard problems.isEmpty else {
            throw VerbFailure(.configuration, problems.map(\.message).joined(separator: "; "))
        }
        self.secrets = secrets
    }

    func callAsFunction(_ name: String) -> String? { secrets[name]?.current.text }
}
