import CallbackConfig
import HTTPTransport
import Synchronization

/// What sources need to reach out: secrets and networks of the configuration in force. They ask each time, so that a
/// reload which brings other ones needs nothing from them.
final class AccessInForce: Sendable {
    private struct Content {
        var secrets = Secrets()
        var egress = EgressPolicy()
    }

    private let content = Mutex(Content())

    /// The present value of a secret.
    func secret(_ name: String) -> String? { content.withLock { $0.secrets[name]?.current.text } }

    var egress: EgressPolicy { content.withLock { $0.egress } }

    func use(_ secrets: Secrets, _ egress: EgressPolicy) {
        content.withLock { $0 = Content(secrets: secrets, egress: egress) }
    }
}
