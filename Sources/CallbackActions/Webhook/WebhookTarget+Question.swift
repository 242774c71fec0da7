import CallbackCore
import HTTPTransport

extension WebhookTarget {
    /// The GET that asks whether a delivery was processed: with the headers, secrets, TLS files and egress policy of the
    /// target, the delivery's `webhook-id`, and a signature over an empty body.
    /// - Throws: why nothing can be asked.
    func question(_ attempt: Attempt, id: UInt64, now: Timestamp) throws(WebhookTargetError) -> HTTPRequest {
        guard let endpoint = verification else {
            throw WebhookTargetError(target: name, problem: "has no url to verify deliveries at")
        }
        var lines = HTTPHeaderLines()
        let rendered = (attempt.rendering?.headers ?? [:]).filter { $0.key.lowercased() != "content-type" }
        let names = Set(rendered.keys.map { $0.lowercased() })
        let replaces = endpoint.headers.entries.contains { names.contains($0.name.lowercased()) }
        do {
            if replaces {
                for (header, value) in endpoint.headers.entries where !names.contains(header.lowercased()) {
                    try lines.append(header, value)
                }
            }
            for (header, value) in rendered {
                guard !WebhookHeaders.isReserved(header) else {
                    throw WebhookTargetError(target: name, problem: "header \"\(header)\" is set by callbackd itself")
                }
                try lines.append(header, value)
            }
        } catch {
            throw WebhookTargetError(target: name, problem: "\(error)")
        }
        lines.append("webhook-id") { $0.append(contentsOf: attempt.webhookID.utf8) }
        lines.append("webhook-timestamp") { $0.append(contentsOf: String(now.seconds).utf8) }
        if let signer {
            lines.append("webhook-signature") { bytes in
                signer.appendSignature(id: attempt.webhookID, now: now, body: [], to: &bytes)
            }
        }
        return HTTPRequest(
            id: id, endpoint: endpoint, method: .get, target: try target(of: attempt.rendering?.url, at: endpoint),
            headers: lines, replacesHeaders: replaces, timeoutMilliseconds: timeoutMilliseconds)
    }
}
