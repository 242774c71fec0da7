import CallbackActions
import CallbackConfig
import CallbackCore
import CallbackEngine
import Crypto
import FoundationEssentials
import HTTPTransport

/// The files of one configuration, as the daemon reads them: at its start and at each reload in the same way.
struct ConfigurationFiles {
    let path: String
    let actions: ActionSet
    /// What sources ask.
    let access = AccessInForce()

    /// Reads the files and judges their words, and what these name on this machine. Changes nothing.
    func read() -> ReloadReading {
        let loaded = LoadedConfiguration(path: path, here: .error)
        var reading = ReloadReading(
            content: nil, diagnostics: loaded.diagnostics, patterns: loaded.patterns,
            show: { loaded.human($0, colour: false) })
        guard !loaded.hasErrors, let configuration = loaded.configuration, let book = loaded.book else {
            return reading
        }
        let usable = UsableConfiguration(configuration: configuration, book: book, loaded: loaded)
        switch content(of: usable) {
        case .success(let content): reading.content = content
        case .failure(let problems): reading.diagnostics += problems.diagnostics
        }
        return reading
    }

    /// A configuration with the secrets that it names, read now.
    func content(of usable: UsableConfiguration) -> Result<ReloadContent, DiagnosticList> {
        let configuration = usable.configuration
        let (secrets, problems) = SecretReader().read(configuration.secrets)
        guard problems.isEmpty else { return .failure(DiagnosticList(problems)) }
        return .success(
            ReloadContent(
                configuration: configuration, book: usable.book, secretDigests: Self.digests(of: secrets),
                secret: { secrets[$0]?.current.text },
                prepare: { [actions, access] in
                    let egress = try EgressPolicy(configuration.egressAllow)
                    var prepared = try actions.prepare(configuration, secrets)
                    prepared.install = { [install = prepared.install] in
                        install()
                        access.use(secrets, egress)
                    }
                    return prepared
                }))
    }

    /// Length and text of every value of a secret, so that two lists have one digest only if they are equal.
    private static func digests(of secrets: Secrets) -> [String: [UInt8]] {
        var digests: [String: [UInt8]] = [:]
        for name in secrets.names {
            guard let secret = secrets[name] else { continue }
            var hash = SHA256()
            let values = [(secret.current, Timestamp?.none)] + secret.previous.map { ($0.value, $0.until) }
            for (value, until) in values {
                let head = "\(value.text.utf8.count) \(until?.milliseconds ?? -1) "
                hash.update(data: Data(head.utf8))
                hash.update(data: Data(value.text.utf8))
            }
            digests[name] = Array(hash.finalize())
        }
        return digests
    }
}
