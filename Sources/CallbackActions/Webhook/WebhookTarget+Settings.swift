package import CallbackCore
package import HTTPTransport

extension WebhookTarget {
    /// Prepares a target from checked settings.
    /// - Parameters:
    ///   - egress: which private networks may be reached.
    ///   - version: of callbackd, for the `User-Agent`.
    ///   - secret: the values of a named secret, the current one first, then the previous ones; nil where there is no
    ///     such secret.
    /// - Throws: what is wrong with the target. A secret is never part of it.
    package init(
        _ settings: TargetSettings, egress: EgressPolicy, version: String, secret: (String) -> [SecretText]?
    ) throws(WebhookTargetError) {
        let own = settings.settings
        guard let url = own.text("url") else {
            throw WebhookTargetError(target: settings.name, problem: "has no url")
        }
        var headers: [(name: String, value: String)] = []
        for (name, value) in (own.textMap("headers") ?? [:]).sorted(by: { $0.key < $1.key }) {
            // A header with a template is rendered for each attempt and comes with it.
            guard !value.contains("{{") else { continue }
            headers.append((name, try WebhookTarget.expand(value, of: settings.name, secret)))
        }
        let tls = own.settings("tls")
        try self.init(
            name: settings.name,
            url: WebhookTarget.fixedURL(url),
            headers: headers,
            secrets: try WebhookTarget.signing(own.settings("sign"), of: settings.name, secret),
            timeout: settings.timeout,
            connections: settings.connections,
            egress: egress,
            tls: HTTPEndpoint.TLS(
                authorities: tls?.text("ca"), certificate: tls?.text("certificate"), key: tls?.text("key"),
                verifies: tls?.bool("verify") ?? true),
            proxy: own.text("proxy"),
            statuses: settings.statuses,
            version: version
        )
    }

    /// The URL itself, or its origin where a template fills the rest.
    static func fixedURL(_ url: String) -> String {
        url.contains("{{") ? origin(of: url) + "/" : url
    }

    private static func signing(
        _ sign: Settings?, of target: TargetName, _ secret: (String) -> [SecretText]?
    ) throws(WebhookTargetError) -> [SigningSecret] {
        guard let sign, let first = sign.text("secret") else { return [] }
        var secrets: [SigningSecret] = []
        for name in [first] + (sign.texts("also") ?? []) {
            guard let texts = secret(name), !texts.isEmpty else {
                throw WebhookTargetError(target: target, problem: "there is no secret \"\(name)\"")
            }
            do {
                for text in texts { secrets.append(try SigningSecret(text.text, until: text.until)) }
            } catch {
                throw WebhookTargetError(target: target, problem: "secret \"\(name)\": \(error)")
            }
        }
        return secrets
    }

    /// Replaces each `${secret.name}` by that secret's current value.
    private static func expand(
        _ text: String, of target: TargetName, _ secret: (String) -> [SecretText]?
    ) throws(WebhookTargetError) -> String {
        var result = ""
        var rest = text[...]
        while let start = rest.firstRange(of: "${secret."), let end = rest[start.upperBound...].firstIndex(of: "}") {
            let name = String(rest[start.upperBound..<end])
            guard let value = secret(name)?.first?.text else {
                throw WebhookTargetError(target: target, problem: "there is no secret \"\(name)\"")
            }
            result += rest[..<start.lowerBound] + value
            rest = rest[rest.index(after: end)...]
        }
        return result + rest
    }
}

/// The text of a secret, and until when it counts.
package struct SecretText: Hashable, Sendable {
    package let text: String
    /// Nil means that it does not end by itself.
    package let until: Timestamp?

    package init(_ text: String, until: Timestamp? = nil) {
        self.text = text
        self.until = until
    }
}
