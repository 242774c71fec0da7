package import CallbackCore
import HTTPTransport

/// Warns of webhooks whose address is written out and which the egress policy of the same configuration refuses. Names
/// are not resolved for it: what they mean is judged at each connection.
package enum EgressCheck {
    package static func diagnostics(of configuration: Configuration) -> [Diagnostic] {
        // Networks and addresses that are none are told where they are read.
        guard let egress = try? EgressPolicy(configuration.egressAllow) else { return [] }
        return configuration.targets.compactMap { target in
            guard target.kind == WebhookDescription.kind, let url = target.settings.values["url"],
                case .text(let text) = url.value,
                let endpoint = try? HTTPEndpoint(
                    url: WebhookTarget.fixedURL(text), proxy: target.settings.text("proxy")),
                let address = endpoint.literalAddress, case .refused(let refusal) = egress.verdict(for: address)
            else { return nil }
            return Diagnostic(
                .warning, ActionCode.addressRefused.rawValue,
                "nothing will be sent to target \"\(target.name)\": \(refusal.address) is not a public address "
                    + "(\(refusal.purpose))",
                at: url.place, help: "to allow it, add \(refusal.allowLine)")
        }
    }
}
