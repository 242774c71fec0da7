import CallbackCore
import Crypto
import FoundationEssentials

/// Verifies requests as Standard Webhooks 1.0.0 asks of receivers: scheme `v1`, HMAC-SHA256 over
/// `id.timestamp.body`, and a timestamp of the last or next five minutes.
struct WebhookVerifier: Sendable {
    enum Verdict: Hashable, Sendable {
        case verified
        /// There is no secret to verify with.
        case unchecked
        case refused(String)
    }

    static let tolerance = Duration.minutes(5)

    /// Empty where nothing can be verified.
    let secrets: [SigningSecret]

    func verdict(_ headers: WebhookHeaders, body: [UInt8], now: Timestamp) -> Verdict {
        guard !secrets.isEmpty else { return .unchecked }
        guard let id = headers.id, let timestamp = headers.timestamp, let signature = headers.signature else {
            let missing = [
                headers.id == nil ? "webhook-id" : nil, headers.timestamp == nil ? "webhook-timestamp" : nil,
                headers.signature == nil ? "webhook-signature" : nil,
            ]
            return .refused("it has no \(missing.compactMap { $0 }.joined(separator: ", "))")
        }
        guard let seconds = Int64(timestamp), (0...9_999_999_999).contains(seconds) else {
            return .refused("webhook-timestamp is no number of seconds")
        }
        let age = now.seconds - seconds
        guard abs(age) <= Self.tolerance.milliseconds / 1000 else {
            return .refused(
                age > 0
                    ? "its timestamp is \(age) s old" : "its timestamp is \(-age) s in the future: look at both clocks")
        }
        let signed = Array("\(id).\(timestamp).".utf8) + body
        let candidates = signature.split(separator: " ").filter { $0.hasPrefix("v1,") }
        guard !candidates.isEmpty else { return .refused("webhook-signature has no v1 signature") }
        for candidate in candidates {
            guard let code = Data(base64Encoded: String(candidate.dropFirst(3))) else { continue }
            for secret in secrets
            where HMAC<SHA256>.isValidAuthenticationCode(
                code, authenticating: signed, using: SymmetricKey(data: secret.bytes))
            {
                return .verified
            }
        }
        return .refused("no signature fits: is it the same secret on both sides?")
    }
}

/// The three headers that Standard Webhooks adds.
struct WebhookHeaders: Hashable, Sendable {
    var id: String?
    var timestamp: String?
    var signature: String?
}
