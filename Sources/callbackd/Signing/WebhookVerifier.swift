import CallbackActions
import CallbackCore

/// Verifies requests as Standard Webhooks 1.0.0 asks of receivers: a signature over `id.timestamp.body` that fits one
/// of the keys, and a timestamp that is not too far off.
struct WebhookVerifier: Sendable {
    enum Verdict: Hashable, Sendable {
        case verified
        /// There is no key to verify with.
        case unchecked
        case refused(String)
    }

    static let standardTolerance = Duration.minutes(5)

    /// Empty where nothing can be verified.
    let keys: [VerificationKey]
    /// How far the timestamp may be off, to both sides.
    var tolerance = Self.standardTolerance

    func verdict(_ headers: SignatureHeaders, body: [UInt8], now: Timestamp) -> Verdict {
        guard !keys.isEmpty else { return .unchecked }
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
        guard abs(age) <= tolerance.milliseconds / 1000 else {
            return .refused(
                age > 0
                    ? "its timestamp is \(age) s old" : "its timestamp is \(-age) s in the future: look at both clocks")
        }
        let signed = Array("\(id).\(timestamp).".utf8) + body
        var hasScheme = false
        for candidate in signature.split(separator: " ") {
            for key in keys where candidate.hasPrefix(key.scheme + ",") {
                hasScheme = true
                if key.accepts(candidate.dropFirst(key.scheme.count + 1), of: signed) { return .verified }
            }
        }
        guard hasScheme else {
            let schemes = Set(keys.map(\.scheme)).sorted().joined(separator: " or ")
            return .refused("webhook-signature has no \(schemes) signature")
        }
        return .refused("no signature fits: is it the same secret on both sides?")
    }
}

/// The three headers that Standard Webhooks adds.
struct SignatureHeaders: Hashable, Sendable {
    var id: String?
    var timestamp: String?
    var signature: String?
}
