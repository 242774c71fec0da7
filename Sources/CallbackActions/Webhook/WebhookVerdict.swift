package import CallbackCore
package import HTTPTransport

/// What the end of a request means for the delivery, as a function of values.
package struct WebhookVerdict: Hashable, Sendable {
    package var outcome: Outcome
    /// The status, where there was an answer.
    package var code: Int?
    /// One line for the operator; empty where it was delivered.
    package var reason: String
    /// Whether the failure speaks of the target as a whole.
    package var concernsTarget = false
    /// Whether it failed on this side.
    package var isLocal = false
    /// Whether the target wants nothing more.
    package var disablesTarget = false

    /// - Parameters:
    ///   - statuses: what the target's statuses mean where they mean something else than usual.
    ///   - now: what a date in `Retry-After` is counted from.
    package static func of(_ result: HTTPResult, statuses: StatusTable = .init(), now: Timestamp) -> WebhookVerdict {
        switch result {
        case .response(let response): of(response, statuses, now: now)
        case .failure(let failure): of(failure)
        }
    }

    /// What a status means unless the target says otherwise.
    package static func meaning(of status: Int) -> StatusTable.Meaning {
        switch status {
        case 200..<300: .delivered
        case 410: .disable
        case 413, 415: .dead
        default: .retry
        }
    }

    private static func of(_ response: HTTPResponse, _ statuses: StatusTable, now: Timestamp) -> WebhookVerdict {
        let status = response.status
        let own = statuses[status]
        let meaning = own ?? meaning(of: status)
        guard meaning != .delivered else { return WebhookVerdict(outcome: .delivered, code: status, reason: "") }
        var words = words(for: response)
        if words.isEmpty, own != nil { words = "\"statuses\" of the target says \(meaning.rawValue)" }
        var verdict = WebhookVerdict(
            outcome: .refused, code: status,
            reason: OneLine.of(words.isEmpty ? "HTTP \(status)" : "HTTP \(status): \(words)"))
        switch meaning {
        case .retry:
            verdict.outcome = .unavailable(
                retryAfter: response.retryAfter.flatMap { RetryAfter.wait($0, now: now) })
            verdict.concernsTarget = [429, 502, 503, 504].contains(status)
        case .disable:
            verdict.outcome = .unavailable(retryAfter: nil)
            verdict.disablesTarget = true
        case .dead, .delivered: break
        }
        return verdict
    }

    private static func words(for response: HTTPResponse) -> String {
        switch response.status {
        case 300..<400:
            let place = response.location.map { " to \($0)" } ?? ""
            return "redirect\(place), which is not followed: put the final address into the url"
        case 410: return "gone: the receiver wants no more deliveries at this address"
        case 413: return "the receiver does not take a body of this size"
        case 415: return "the receiver does not understand the format of the body"
        case 401, 403: return "the receiver does not accept our credentials"
        case 429: return "too many requests"
        case 502, 503, 504: return "the receiver is overloaded or down"
        default: return ""
        }
    }

    private static func of(_ failure: HTTPFailure) -> WebhookVerdict {
        let later = Outcome.unavailable(retryAfter: nil)
        func verdict(
            _ outcome: Outcome, _ kind: String, concernsTarget: Bool, isLocal: Bool = false
        ) -> WebhookVerdict {
            WebhookVerdict(
                outcome: outcome, code: nil, reason: OneLine.of("\(kind): \(failure.message)"),
                concernsTarget: concernsTarget, isLocal: isLocal)
        }
        return switch failure.kind {
        case .egressRefused: verdict(.refused, "egress refused", concernsTarget: true)
        case .resolve: verdict(later, "name not resolved", concernsTarget: true)
        case .connect: verdict(later, "no connection", concernsTarget: true)
        case .tls(let reason): verdict(later, "TLS \(reason.rawValue)", concernsTarget: true)
        case .timeout: verdict(later, "timeout", concernsTarget: true)
        case .closedEarly: verdict(later, "closed early", concernsTarget: true)
        case .reset: verdict(later, "connection broken", concernsTarget: true)
        case .garbage: verdict(later, "not HTTP", concernsTarget: true)
        case .headersTooLarge: verdict(later, "headers too large", concernsTarget: false)
        case .exhausted: verdict(later, "out of resources here", concernsTarget: false, isLocal: true)
        case .cancelled: verdict(later, "stopped", concernsTarget: false, isLocal: true)
        case .other: verdict(later, "failed", concernsTarget: false)
        }
    }
}

/// Words of a receiver made fit for a log and a terminal: one line, no control characters, of bounded length.
enum OneLine {
    static func of(_ text: String) -> String {
        let limit = 500
        let clean = text.unicodeScalars.prefix(limit).map { scalar in
            scalar.properties.generalCategory == .control ? "\u{FFFD}" : scalar
        }
        let kept = String(String.UnicodeScalarView(clean))
        return clean.count < limit ? kept : kept + "…"
    }
}
